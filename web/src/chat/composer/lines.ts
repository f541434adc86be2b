// What a new line brings along while typing markdown: the next list marker, the indentation of code,
// the end of a fence.

/** A replacement of `value` from `start` to `end`, and where the caret stands after it. */
export interface Insertion {
  start: number;
  end: number;
  text: string;
  caret: number;
}

const item = /^(\s*)(?:([-*+])|(\d{1,9})([.)]))( \[[ xX]\])?( +)(.*)$/;
const fence = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/;

/**
 * Whether the caret stands in a code fence, its opening line included: Enter belongs to the code there.
 * After the line that closes the fence it does not.
 */
export function insideFence(value: string, caret: number): boolean {
  const from = lineStart(value, caret);
  const marker = fence.exec(value.slice(from, caret))?.[1];
  const opener = openFence(value.slice(0, from));
  return opener ? !marker?.startsWith(opener) : marker !== undefined;
}

/** What the new-line key inserts at the caret. */
export function newLine(value: string, start: number, end: number): Insertion {
  const from = lineStart(value, start);
  const before = value.slice(from, start);
  const opener = openFence(value.slice(0, from));
  if (opener) return plain(start, end, /^\s*/.exec(before)?.[0] ?? '');
  const opens = fence.exec(before);
  if (opens?.[1] && start === end) return closedFence(value, start, opens[1]);
  const list = item.exec(before);
  return list ? nextItem(list, from, start, end) : plain(start, end, '');
}

function plain(start: number, end: number, indent: string): Insertion {
  const text = `\n${indent}`;
  return { start, end, text, caret: start + text.length };
}

/** Opens the fence's inside; its end is added where none follows. */
function closedFence(value: string, caret: number, marker: string): Insertion {
  const rest = value.slice(caret);
  const closes = rest.split('\n').some((line) => line.trim() === marker);
  const text = closes ? '\n' : `\n\n${marker}`;
  return { start: caret, end: caret, text, caret: caret + 1 };
}

function nextItem(list: RegExpExecArray, from: number, start: number, end: number): Insertion {
  const [, indent = '', bullet, number, dot = '', box, space = ' ', rest = ''] = list;
  // A new line in an empty item ends the list.
  if (!rest.trim()) return { start: from, end, text: '', caret: from };
  const marker = bullet ?? `${Number(number) + 1}${dot}`;
  return plain(start, end, `${indent}${marker}${box ? ' [ ]' : ''}${space}`);
}

function lineStart(value: string, at: number): number {
  return value.lastIndexOf('\n', at - 1) + 1;
}

/** The marker of a fence that the text leaves open, or ''. */
function openFence(text: string): string {
  let marker = '';
  for (const line of text.split('\n').slice(0, -1)) {
    const found = fence.exec(line);
    if (!marker) marker = found?.[1] ?? '';
    else if (found?.[1]?.startsWith(marker) && !found[2]?.trim()) marker = '';
  }
  return marker;
}
