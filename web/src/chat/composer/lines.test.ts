import { describe, expect, it } from 'vitest';
import { insideFence, newLine } from './lines';

/** Presses the new-line key where | stands, and shows where it stands then. */
function press(text: string): string {
  const caret = text.indexOf('|');
  const value = text.replace('|', '');
  const made = newLine(value, caret, caret);
  const next = value.slice(0, made.start) + made.text + value.slice(made.end);
  return `${next.slice(0, made.caret)}|${next.slice(made.caret)}`;
}

describe('a new line', () => {
  it.each([
    ['plain text', 'one|', 'one\n|'],
    ['in the middle', 'one| two', 'one\n| two'],
    ['a bullet', '- milk|', '- milk\n- |'],
    ['a star, indented', '  * milk|', '  * milk\n  * |'],
    ['a number', '9. nine|', '9. nine\n10. |'],
    ['a number with a bracket', '1) one|', '1) one\n2) |'],
    ['a task', '- [x] done|', '- [x] done\n- [ ] |'],
    ['an item split in two', '- one| two', '- one\n- | two'],
    ['an empty item, which ends the list', '- milk\n- |', '- milk\n|'],
    ['a rule, which is no list', '---|', '---\n|'],
    ['a minus sign', '-1|', '-1\n|'],
    ['an opening fence', '```go|', '```go\n|\n```'],
    ['an opening fence that is closed below', '```|\nx\n```', '```\n|\nx\n```'],
    ['inside a fence', '```\n  if x:|\n```', '```\n  if x:\n  |\n```'],
    ['a list inside a fence', '```\n- a|\n```', '```\n- a\n|\n```'],
    ['after a fence', '```\na\n```|', '```\na\n```\n|'],
    ['a list after a fence', '```\na\n```\n- b|', '```\na\n```\n- b\n- |'],
  ])('%s', (_, before, after) => expect(press(before)).toBe(after));
});

describe('inside a fence', () => {
  it.each([
    ['```\ncode|', true],
    ['```\n|\n```', true],
    ['```js|', true],
    ['```\ncode\n```|', false],
    ['```\ncode\n```\nafter|', false],
    ['text|', false],
  ])('%j', (text, inside) => {
    expect(insideFence(text.replace('|', ''), text.indexOf('|'))).toBe(inside);
  });
});
