// Rich text from the clipboard as markdown. Loaded when something rich is pasted.

import Turndown from 'turndown';

/** Converts copied HTML. The result is plain text: nothing of it is ever put on the page. */
export function toMarkdown(html: string): string {
  const page = new DOMParser().parseFromString(trusted(html), 'text/html');
  for (const dead of page.querySelectorAll('script, style, meta, link, title')) dead.remove();
  return service().turndown(page.body).trim();
}

function service(): Turndown {
  const turndown = new Turndown({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
    emDelimiter: '*',
  });
  turndown.addRule('strike', {
    filter: (node) => /^(DEL|S|STRIKE)$/.test(node.nodeName),
    replacement: (content) => `~~${content}~~`,
  });
  turndown.addRule('table', {
    filter: 'table',
    replacement: (_, node) => table(node as HTMLTableElement, turndown),
  });
  // A list's item with the marker and one space, not three.
  turndown.addRule('item', {
    filter: 'li',
    replacement: (content, node) => `${marker(node)} ${indented(content)}\n`,
  });
  return turndown;
}

function marker(node: Node): string {
  const list = node.parentElement;
  if (list?.nodeName !== 'OL') return '-';
  const first = Number(list.getAttribute('start') ?? 1);
  return `${first + [...list.children].indexOf(node as Element)}.`;
}

function indented(content: string): string {
  return content
    .trim()
    .replace(/\n{2,}/g, '\n')
    .replace(/\n/g, '\n  ');
}

function table(element: HTMLTableElement, turndown: Turndown): string {
  const rows = [...element.rows].map((row) =>
    [...row.cells].map((cell) =>
      turndown
        .turndown(cell.cloneNode(true) as HTMLElement)
        .replace(/\s+/g, ' ')
        .replaceAll('|', '\\|'),
    ),
  );
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (width === 0) return '';
  const line = (cells: string[]) =>
    `| ${Array.from({ length: width }, (_, at) => cells[at] ?? '').join(' | ')} |`;
  const [head = [], ...body] = rows;
  const rule = `|${' --- |'.repeat(width)}`;
  return `\n\n${[line(head), rule, ...body.map(line)].join('\n')}\n\n`;
}

/** Parsing is the one thing done with the text, in a document that runs nothing. */
function trusted(html: string): string {
  const types = (
    globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): Policy } }
  ).trustedTypes;
  if (!types) return html;
  policy ??= types.createPolicy('parley-paste', { createHTML: (text: string) => text });
  return policy.createHTML(html);
}

interface Policy {
  createHTML(html: string): string;
}
let policy: Policy | undefined;
