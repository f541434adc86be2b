import { render, screen } from '@testing-library/react';
import { beforeAll, describe, expect, it } from 'vitest';
import { isInert } from './drawDiagram';
import { Markdown } from './Markdown';
import { fixture, fixturesPresent, seeded } from './testing';
import { typeset } from './typeset';
import { safeImage, safeLink } from './url';

// The whole code block, with its header, takes part.
beforeAll(async () => {
  await import('./CodeBlock');
  const { unmount } = render(<Markdown text={'```js\n1\n```'} />);
  await screen.findByRole('button', { name: 'Copy' });
  unmount();
});

/** Everything that the renderer may ever put into the page. */
const ELEMENTS = new Set(
  (
    'div p h3 h4 h5 h6 ul ol li blockquote hr br strong em del code pre a img span sub sup kbd mark u ' +
    'details summary table thead tbody tr th td section figure figcaption button input svg path rect ' +
    'line polyline circle math semantics annotation mrow mi mo mn ms mtext msup msub msubsup mfrac ' +
    'msqrt mroot mover munder munderover mtable mtr mtd mlabeledtr mspace mstyle mpadded mphantom ' +
    'menclose merror mglyph'
  ).split(' '),
);
const ATTRIBUTES = new Set(
  (
    'class dir id href target rel title src alt loading decoding start scope type checked disabled ' +
    'readonly open tabindex role style xmlns width height viewBox fill stroke stroke-width ' +
    'stroke-linecap stroke-linejoin d x y x1 x2 y1 y2 rx ry cx cy r points preserveAspectRatio ' +
    'display encoding mathvariant stretchy fence separator lspace rspace minsize maxsize accent ' +
    'accentunder displaystyle scriptlevel columnalign columnspacing rowspacing columnlines rowlines ' +
    'linethickness notation mathcolor mathbackground movablelimits symmetric form voffset ' +
    'mathsize depth side linebreak largeop'
  ).split(' '),
);

function dangerousAttribute({ name, value }: Attr): boolean {
  if (!ATTRIBUTES.has(name) && !/^(?:aria|data)-/.test(name)) return true;
  if (name === 'href') return !/^(?:https?:\/\/|mailto:|\/|#)/.test(value);
  if (name === 'src') return new URL(value, location.href).origin !== location.origin;
  return name === 'style' && /url|expression|import|fixed|behavior/i.test(value);
}

/** The first thing in the DOM that could run, load from elsewhere or lead out; else undefined. */
function danger(root: Element): string | undefined {
  for (const element of root.querySelectorAll('*')) {
    const tag = element.localName;
    const known =
      ELEMENTS.has(tag) &&
      (tag !== 'svg' || element.matches('.lucide, .katex svg')) &&
      (tag !== 'input' || element.matches('[type=checkbox][disabled]'));
    if (!known) return `<${tag}>`;
    const attribute = [...element.attributes].find(dangerousAttribute);
    if (attribute) return `${tag} ${attribute.name}="${attribute.value}"`;
  }
  return undefined;
}

function shown(text: string, streaming: boolean): string | undefined {
  const { container, unmount } = render(<Markdown text={text} streaming={streaming} />);
  const found = danger(container);
  unmount();
  return found;
}

/** Places in a text where a payload may stand. */
const PLACES: ((payload: string) => string)[] = [
  (payload) => payload,
  (payload) => `text ${payload} text`,
  (payload) => `[link](${payload}) ![image](${payload})`,
  (payload) => `[link](<${payload}> "${payload}") [${payload}](https://a.example)`,
  (payload) => `<${payload}>`,
  (payload) => `[a]: ${payload}\n\n[a] ![a]`,
  (payload) => `\`\`\`${payload}\n${payload}\n\`\`\``,
  (payload) => `| a |\n|---|\n| ${payload} |`,
  (payload) => `- [ ] ${payload}\n\n> ${payload}\n\n# ${payload}`,
  (payload) => `$${payload}$ $$${payload}$$ \\(${payload}\\)`,
  (payload) => `<details>\n<summary>${payload}</summary>\n\n${payload}\n\n</details>`,
  (payload) => `a[^${payload}] 【${payload}】\n\n[^${payload}]: ${payload}`,
  (payload) => `<sub ${payload}>x</sub> <u>${payload}</u> <kbd\n${payload}>`,
];

const CORPORA = [
  'h5sc-vectors.shared.txt',
  'patt/BRUTELOGIC-XSS-JS.shared.txt',
  'patt/BRUTELOGIC-XSS-STRINGS.shared.txt',
  'patt/IntrudersXSS.shared.txt',
  'patt/JHADDIX_XSS.shared.txt',
  'patt/MarioXSSVectors.shared.txt',
  'patt/RSNAKE_XSS.shared.txt',
  'patt/XSSDetection.shared.txt',
  'patt/XSS_Polyglots.shared.txt',
  'patt/xss_alert.shared.txt',
  'patt/xss_payloads_quick.shared.txt',
  'patt/0xcela_event_handlers.shared.txt',
];

function payloads(name: string): string[] {
  const text = fixture(`security/${name}`);
  const parts = name.startsWith('h5sc') ? text.split(/(?=<div id=")/) : text.split(/\r?\n/);
  return parts.map((part) => part.trim()).filter((part) => part && part.length < 4000);
}

/** Strings anywhere inside a JSON fixture. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value && typeof value === 'object' ? Object.values(value).flatMap(strings) : [];
}

describe.skipIf(!fixturesPresent)('collected attacks (need ../shared/fixtures)', () => {
  it.each(CORPORA)('%s: nothing that runs reaches the page', (name) => {
    for (const [i, payload] of payloads(name).entries()) {
      const place = PLACES[i % PLACES.length] ?? String;
      const text = place(payload);
      expect(shown(text, i % 2 === 0), text).toBeUndefined();
    }
  });

  it.each(['owasp-xss-filter-evasion', 'dompurify-expect', 'blns'])('%s', (name) => {
    const all = [...new Set(strings(JSON.parse(fixture(`security/${name}.shared.json`))))];
    for (const [i, payload] of all.entries()) {
      const place = PLACES[i % PLACES.length] ?? String;
      expect(shown(place(payload.slice(0, 4000)), i % 2 === 0), payload).toBeUndefined();
    }
  });

  it.each(range(PLACES.length))('mixed into every place (%i)', (at) => {
    const random = seeded(at + 1);
    const all = CORPORA.flatMap(payloads);
    const pick = () => all[Math.floor(random() * all.length)] ?? '';
    for (let round = 0; round < 25; round++) {
      const payload = pick();
      const cut = Math.floor(random() * payload.length);
      const mutated = payload.slice(0, cut) + pick().slice(cut);
      const text = PLACES[at]?.(mutated) ?? '';
      expect(shown(text.slice(0, 2000), random() < 0.5), text).toBeUndefined();
    }
  });

  it.each(CORPORA.slice(0, 7))(
    '%s as formulas: nothing that runs comes out of the typesetter',
    (name) => {
      for (const payload of payloads(name)) {
        const tex = [
          payload,
          `\\href{${payload}}{x}`,
          `\\url{${payload}}`,
          `\\includegraphics{${payload}}`,
          `\\htmlStyle{${payload}}{x} \\htmlData{a=${payload}}{x}`,
          `\\text{${payload}} \\color{${payload}} x`,
        ];
        for (const source of tex) {
          const host = document.createElement('span');
          typeset(host, source, source, true);
          expect(danger(host), source).toBeUndefined();
        }
      }
    },
  );
});

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

describe('addresses', () => {
  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    '\u0001javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://a.example/1',
    'https://user:pw@a.example/',
    'intent://x',
    'https://',
  ])('refuses the link %j', (href) => expect(safeLink(href)).toBeUndefined());

  it.each([
    ['https://a.example/b?c=1#d', 'https://a.example/b?c=1#d'],
    ['mailto:a@b.example', 'mailto:a@b.example'],
    ['/files/1', '/files/1'],
    ['//a.example', 'http://a.example/'],
    ['/\\a.example', '/%5Ca.example'],
  ])('links %j', (href, expected) => expect(safeLink(href)).toBe(expected));

  it.each(['https://b.example/x.png', '//b.example/x', 'data:image/png;base64,AA', 'blob:x'])(
    'does not load the picture %j',
    (src) => expect(safeImage(src)).toBeUndefined(),
  );

  it('loads pictures of its own origin', () => {
    expect(safeImage('/api/files/1?size=2')).toBe('/api/files/1?size=2');
  });

  it('shows a foreign picture as a link with its description', () => {
    const { container } = render(<Markdown text="![a chart](https://b.example/?q=secret)" />);
    expect(container.querySelector('img')).toBeNull();
    expect(container.querySelector('a')?.textContent).toBe('a chart');
  });
});

describe('diagrams', () => {
  it.each([
    '<svg><script>1</script></svg>',
    '<svg onload="x()"/>',
    '<svg><a href="javascript:x"/></svg>',
    '<svg><foreignObject/></svg>',
    '<svg><image href="https://b.example/x.png"/></svg>',
    '<svg><image xlink:href="//b.example/x.png"/></svg>',
    '<svg><style>@import "//x"</style></svg>',
    '<svg><rect fill="url(https://x)"/></svg>',
  ])('refuses %s', (svg) => expect(isInert(svg)).toBe(false));

  it('takes what the library draws', () => {
    expect(
      isInert(
        '<svg><style>.a{fill:#fff}</style><text>once = url(x), data: href=1</text><path marker-end="url(#arrow)" d="M0 0"/><use href="#a"/></svg>',
      ),
    ).toBe(true);
  });
});
