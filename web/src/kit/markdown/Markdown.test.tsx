import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { MarkdownOptionsContext } from './context';
import { decodeEntities } from './entities';
import { defaultLabels, MarkdownLabelsContext } from './labels';
import { languageOf } from './languages';
import { Markdown } from './Markdown';

// What comes lazily is fetched before anything waits for it.
beforeAll(() => Promise.all([import('./CodeBlock'), import('./typeset')]));

describe('code', () => {
  const text = '```python\nprint("hi")\n```';

  it('has a named region that the keyboard reaches, and its actions', async () => {
    const user = userEvent.setup();
    render(<Markdown text={text} />);
    const region = await screen.findByRole('group', { name: 'Python code' });
    expect(region.tabIndex).toBe(0);

    await user.click(screen.getByRole('button', { name: 'Copy' }));
    expect(await navigator.clipboard.readText()).toBe('print("hi")');
    expect(screen.getByRole('button', { name: 'Copied' })).toBeTruthy();

    const wrap = screen.getByRole('button', { name: 'Wrap lines' });
    expect(wrap.getAttribute('aria-pressed')).toBe('false');
    await user.click(wrap);
    expect(wrap.getAttribute('aria-pressed')).toBe('true');
  });

  it('is saved under the extension of its language', async () => {
    const names: string[] = [];
    vi.stubGlobal(
      'URL',
      Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => {} }),
    );
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      names.push(this.download);
    });
    render(<Markdown text={`${text}\n\n\`\`\`\nplain\n\`\`\``} />);
    for (const button of await screen.findAllByRole('button', { name: 'Download' })) button.click();
    expect(names).toEqual(['code.py', 'code.txt']);
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it('takes its words from the product', async () => {
    render(
      <MarkdownLabelsContext value={{ ...defaultLabels, copy: 'Kopieren' }}>
        <Markdown text={text} />
      </MarkdownLabelsContext>,
    );
    expect(await screen.findByRole('button', { name: 'Kopieren' })).toBeTruthy();
  });

  it.each([
    ['js', 'JavaScript', 'js'],
    ['TypeScript {1,3}', 'TypeScript', 'ts'],
    ['c++', 'C++', 'cpp'],
    ['bash', 'Shell', 'sh'],
    ['brainfuck', 'brainfuck', 'txt'],
    ['foo/../x', 'foo/../x', 'txt'],
  ])('knows the language of %j', (info, name, extension) => {
    expect(languageOf(info)).toMatchObject({ name, extension });
  });

  it.each(['', 'text', 'plaintext'])('shows %j without a language', (info) => {
    expect(languageOf(info)).toBeUndefined();
  });
});

describe('formulas', () => {
  it('are set with MathML for those who listen', async () => {
    const { container } = render(<Markdown text={'a $x^2$\n\n$$\ny\n$$'} />);
    await vi.waitFor(() => expect(container.querySelectorAll('.katex')).toHaveLength(2));
    expect(container.querySelector('math annotation')?.textContent).toBe('x^2');
    expect(screen.getByRole('group', { name: 'Formula' }).tabIndex).toBe(0);
  });

  it('that are wrong show their source', async () => {
    const { container } = render(<Markdown text={'a $x$ and $\\frac{1$'} />);
    await vi.waitFor(() => expect(container.querySelector('.katex')).not.toBeNull());
    await vi.waitFor(() => expect(container.querySelector('.md-math code')).not.toBeNull());
    expect(container.textContent).toContain('$\\frac{1$');
  });
});

describe('structure', () => {
  it('moves headings below those of the page', () => {
    render(<Markdown text={'# One\n\n## Two\n\n### Three\n\n###### Six'} />);
    expect(screen.getByRole('heading', { name: 'One', level: 3 })).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Two', level: 3 })).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Three', level: 4 })).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Six', level: 6 })).toBeTruthy();
  });

  it('numbers footnotes and leads there and back', async () => {
    const user = userEvent.setup();
    Element.prototype.scrollIntoView = () => {};
    render(<Markdown text={'A[^b] B[^a] C[^none]\n\n[^b]: Note *b*.\n[^a]: Note a.'} />);
    const notes = screen.getByRole('group', { name: 'Footnotes' });
    expect(
      within(notes)
        .getAllByRole('listitem')
        .map((item) => item.textContent),
    ).toEqual(['Note b.↩', 'Note a.↩']);
    await user.click(screen.getByRole('link', { name: 'Footnote 2' }));
    expect(document.activeElement?.textContent).toBe('Note a.↩');
    expect(document.body.textContent).toContain('[^none]');
  });

  it('shows citations as the product wants them', () => {
    render(
      <MarkdownOptionsContext value={{ headingOffset: 2, citation: (label) => <b>{label}!</b> }}>
        <Markdown text="So it is【1】 and[^2]." />
      </MarkdownOptionsContext>,
    );
    expect(document.querySelectorAll('b')).toHaveLength(2);
  });

  it('sets the direction of each block by its own text', () => {
    const { container } = render(<Markdown text={'שלום\n\nhello\n\n- مرحبا\n\n> سلام'} />);
    for (const block of container.querySelectorAll('p')) expect(block.dir).toBe('auto');
    // The markers of a list hang where it begins; its items run by their own letters all the same.
    expect(container.querySelector('ul')?.dir).toBe('rtl');
    expect(container.querySelector('li')?.hasAttribute('dir')).toBe(false);
    expect(container.querySelector('blockquote')?.dir).toBe('rtl');
  });

  it('names task boxes', () => {
    render(<Markdown text={'- [x] a\n- [ ] b'} />);
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Done' }).checked).toBe(true);
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Not done' }).disabled).toBe(
      true,
    );
  });

  it('keeps line breaks of typed text on demand', () => {
    const { container } = render(<Markdown text={'a\nb'} breaks />);
    expect(container.firstElementChild?.className).toBe('md md-breaks');
  });

  it('never strikes out what is only about', () => {
    const { container } = render(<Markdown text="~20 to 30~ and ~~gone~~" />);
    expect(container.querySelector('del')?.textContent).toBe('gone');
    expect(container.querySelectorAll('del')).toHaveLength(1);
  });
});

describe('character references', () => {
  it.each([
    ['&amp;lt; &lt;', '&lt; <'],
    ['&nbsp;&yuml;&rarr;', '\u00a0ÿ→'],
    ['&#65;&#x42;&#0;&#xD800;', 'AB\ufffd\ufffd'],
    ['&nothing; & &;', '&nothing; & &;'],
  ])('%j', (source, text) => expect(decodeEntities(source)).toBe(text));
});
