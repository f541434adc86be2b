/**
 * Shows collected attacks in a real browser, under the app's policy, as text, formulas, code and
 * diagrams. Ends with an error when a script runs, a dialog opens, a page opens or moves, or
 * anything is asked of another host.
 *
 * node bench/attacks.mjs
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from '../e2e/support/browser.mjs';
import { startSite } from './site.mjs';

const FIXTURES = fileURLToPath(new URL('../../../shared/fixtures/security/', import.meta.url));
const CORPORA = [
  'patt/BRUTELOGIC-XSS-STRINGS.shared.txt',
  'patt/JHADDIX_XSS.shared.txt',
  'patt/MarioXSSVectors.shared.txt',
  'patt/RSNAKE_XSS.shared.txt',
  'patt/XSS_Polyglots.shared.txt',
  'patt/xss_payloads_quick.shared.txt',
];

/** Diagrams that try to get out of theirs. */
const DIAGRAMS = [
  'flowchart LR\n A["<img src=x onerror=alert(1)>"] --> B',
  'flowchart LR\n A --> B\n click A href "javascript:alert(1)"',
  'flowchart LR\n A --> B\n click A call alert(1)',
  '%%{init: {"securityLevel": "loose", "flowchart": {"htmlLabels": true}}}%%\nflowchart LR\n A["<img src=x onerror=alert(1)>"]',
  '%%{init: {"themeCSS": "* { background: url(https://foreign.example/css) }"}}%%\nflowchart LR\n A --> B',
  '---\nconfig:\n  securityLevel: loose\n  themeCSS: "@import url(https://foreign.example/css);"\n---\nflowchart LR\n A --> B',
  'flowchart LR\n A@{ img: "https://foreign.example/image.png", label: "x" }',
  'flowchart LR\n A["`<script>alert(1)</script> ![x](https://foreign.example/x.png)`"]',
  'sequenceDiagram\n A->>B: <svg onload=alert(1)>',
  'classDiagram\n class A { +x <iframe src="https://foreign.example"> }',
  'gantt\n title <script>alert(1)</script>\n section A\n B :a1, 2026-01-01, 3d\n click a1 href "javascript:alert(1)"',
  'pie title <img src=x onerror=alert(1)>\n "a" : 1',
  'this is no diagram <img src=x onerror=alert(1)>',
];

const GOOD = 'flowchart LR\n A[Start] --> B[End]';

function fence(info, body) {
  return `\`\`\`\`\`${info}\n${body}\n\`\`\`\`\``;
}

function texts() {
  const payloads = CORPORA.flatMap((name) =>
    readFileSync(FIXTURES + name, 'utf8').split(/\r?\n/),
  ).filter(Boolean);
  const plain = [];
  for (let i = 0; i < payloads.length; i += 20) {
    const some = payloads.slice(i, i + 20);
    plain.push(some.join('\n\n'));
    plain.push(
      some
        .map((one) => `[a](<${one}>) ![b](<${one}>) $${one}$ \\(\\href{${one}}{x}\\)`)
        .join('\n\n'),
    );
    plain.push(some.map((one) => fence(`html ${one}`, one)).join('\n\n'));
  }
  const labels = payloads.map((one) => one.replace(/["`\n]/g, "'").slice(0, 200));
  const diagrams = [];
  for (let i = 0; i < labels.length; i += 10) {
    const nodes = labels.slice(i, i + 10).map((label, at) => ` N${at}["${label}"]`);
    diagrams.push(`flowchart LR\n${nodes.join('\n')}`);
  }
  return { plain, diagrams: [...DIAGRAMS, ...diagrams] };
}

function watch(page, origin, faults) {
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => faults.push(`popup: ${popup.url()}`));
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame() && !frame.url().startsWith(origin))
      faults.push(`moved: ${frame.url()}`);
  });
  // A request that the policy stops is told too, as a failed one; no other may leave.
  const left = (request) => {
    const url = request.url();
    if (/^(?:blob|data|about):/.test(url) || url.startsWith(`${origin}/`)) return;
    const reason = request.failure()?.errorText ?? 'finished';
    if (!/csp/i.test(reason)) faults.push(`request: ${url} (${reason})`);
  };
  page.on('requestfinished', left);
  page.on('requestfailed', left);
}

async function showDiagram(page, code) {
  await page.evaluate((text) => globalThis.show(text), fence('mermaid', code));
  await page.waitForSelector('.md-diagram img, .md-diagram-error');
  const outcome = await page.evaluate(async () => {
    const image = document.querySelector('.md-diagram img');
    if (!image) return 'refused';
    await image.decode().catch(() => {});
    return image.src.startsWith('blob:') && image.naturalWidth > 0 ? 'drawn' : 'broken';
  });
  await page.evaluate(() => globalThis.show(''));
  return outcome;
}

if (!existsSync(FIXTURES)) {
  process.stdout.write('skipped: needs ../shared/fixtures\n');
  process.exit(0);
}
const site = await startSite();
const browser = await launch();
const faults = [];
try {
  const page = await browser.newPage();
  watch(page, new URL(site.url).origin, faults);
  await page.goto(`${site.url}?attack`);
  await page.waitForFunction('typeof show === "function"');
  const { plain, diagrams } = texts();
  for (const text of plain) {
    await page.evaluate(async (value) => {
      globalThis.show(value);
      await new Promise((resolve) => requestIdleCallback(resolve));
    }, text);
  }
  const outcomes = { drawn: 0, refused: 0, broken: 0 };
  for (const code of diagrams) outcomes[await showDiagram(page, code)] += 1;
  if ((await showDiagram(page, GOOD)) !== 'drawn') faults.push('a good diagram is not drawn');
  if (outcomes.broken > 0) faults.push('a drawn diagram does not show');
  process.stdout.write(
    `${JSON.stringify({ texts: plain.length, diagrams: outcomes, faults }, null, 2)}\n`,
  );
  if (faults.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await site.close();
}
