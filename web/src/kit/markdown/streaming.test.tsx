import { render } from '@testing-library/react';
import { beforeAll, describe, expect, it } from 'vitest';
import { BlockStream } from './blocks';
import { Markdown } from './Markdown';
import { loadMend } from './mend';
import { samples } from './samples';
import { seeded } from './testing';

beforeAll(loadMend);

function html(container: Element): string {
  return container.innerHTML.replace(/_r_[a-z\d]+_/g, 'id');
}

/** The DOM that a text has when it is there from the start. */
function oneShot(text: string): string {
  const { container, unmount } = render(<Markdown text={text} />);
  const result = html(container);
  unmount();
  return result;
}

/** The DOM after the text has come in the given pieces. */
function streamed(text: string, ends: number[]): string {
  const { container, rerender, unmount } = render(<Markdown text="" streaming />);
  for (const end of ends) rerender(<Markdown text={text.slice(0, end)} streaming />);
  rerender(<Markdown text={text} />);
  const result = html(container);
  unmount();
  return result;
}

describe.each(Object.entries(samples))('%s', (_, text) => {
  it('ends as if it had come at once, whatever the pieces', () => {
    const every = Array.from({ length: text.length }, (_, i) => i + 1);
    expect(streamed(text, every)).toBe(oneShot(text));
  });

  it('shows every prefix as the same DOM whether it came at once or in pieces', () => {
    const { container, rerender } = render(<Markdown text="" streaming />);
    for (let end = 1; end <= text.length; end += 7) {
      rerender(<Markdown text={text.slice(0, end)} streaming />);
      const fresh = render(<Markdown text={text.slice(0, end)} streaming />);
      expect(html(container)).toBe(html(fresh.container));
      fresh.unmount();
    }
  });
});

describe('random texts', () => {
  const words = Object.values(samples).flatMap((text) => text.split(/(?<=\n)|(?<= )/));

  function randomText(random: () => number): string {
    const length = 5 + Math.floor(random() * 60);
    const pick = () => words[Math.floor(random() * words.length)] ?? '';
    return Array.from({ length }, () => pick() + (random() < 0.15 ? '\n\n' : '')).join('');
  }

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('have the same blocks however they come (seed %i)', (seed) => {
    const random = seeded(seed);
    for (let round = 0; round < 250; round++) {
      const text = randomText(random);
      const stream = new BlockStream();
      for (let end = 0; end < text.length; end += 1 + Math.floor(random() * 12)) {
        stream.update(text.slice(0, end), true);
      }
      expect(stream.update(text, false), JSON.stringify(text)).toEqual(
        new BlockStream().update(text, false),
      );
    }
  });

  it.each([11, 12, 13, 14, 15, 16])('end in the same DOM however they come (seed %i)', (seed) => {
    const random = seeded(seed);
    for (let round = 0; round < 10; round++) {
      const text = randomText(random);
      const ends = [];
      for (let end = 0; end < text.length; end += 1 + Math.floor(random() * 40)) ends.push(end);
      expect(streamed(text, ends), JSON.stringify(text)).toBe(oneShot(text));
    }
  });
});

describe('frozen blocks', () => {
  it('keep their elements while the text grows', () => {
    const text = 'First **one**.\n\n- a\n- b\n\nThird';
    const { container, rerender } = render(<Markdown text={text} streaming />);
    const before = [...container.querySelectorAll('p, ul, li, strong')].slice(0, -1);
    rerender(<Markdown text={`${text} grows\n\n# more\n\nand more`} streaming />);
    rerender(<Markdown text={`${text} grows\n\n# more\n\nand more.`} />);
    expect([...container.querySelectorAll('p, ul, li, strong')].slice(0, before.length)).toEqual(
      before,
    );
    for (const element of before) expect(element.isConnected).toBe(true);
  });

  it('are left when the text is another one', () => {
    const { container, rerender } = render(<Markdown text={'one\n\ntwo\n\nthree\n\n'} streaming />);
    rerender(<Markdown text={'uno\n\ndos'} streaming />);
    expect(container.textContent).toBe('unodos');
  });

  it('take a link definition that comes later', () => {
    const text = 'See [it].\n\nMore.\n\nMore.\n\n';
    const { container, rerender } = render(<Markdown text={text} streaming />);
    expect(container.querySelector('a')).toBeNull();
    rerender(<Markdown text={`${text}[it]: https://a.example\n\nEnd.\n`} streaming />);
    expect(container.querySelector('a')?.href).toBe('https://a.example/');
  });

  it('bound the work of an update by the tail', () => {
    const stream = new BlockStream();
    const paragraph = `${'word '.repeat(60)}\n\n`;
    let text = '';
    let last = stream.update(text, true);
    for (let i = 0; i < 300; i++) {
      text += paragraph;
      const next = stream.update(text, true);
      // All but the last few are the very same objects as before.
      const same = next.blocks.filter((block, at) => block === last.blocks[at]).length;
      expect(next.blocks.length - same).toBeLessThanOrEqual(3);
      last = next;
    }
    expect(last.blocks).toHaveLength(300);
  });
});

describe('the unfinished tail', () => {
  const cases: [name: string, text: string, html: string][] = [
    ['bold', 'a **b', '<p dir="auto">a <strong>b</strong></p>'],
    ['code', 'a `b', '<p dir="auto">a <code dir="ltr">b</code></p>'],
    ['link', 'a [b](https://x', '<p dir="auto">a b</p>'],
    ['image', 'a ![b](https://x', '<p dir="auto">a</p>'],
    ['not a heading yet', 'text\n-', '<p dir="auto">text\n-\u200b</p>'],
    ['formula', 'a \\(x', '<p dir="auto">a <code class="md-math" dir="ltr">\\(x</code></p>'],
    ['tag', 'a <su', '<p dir="auto">a</p>'],
    ['note', 'a[^1]', '<p dir="auto">a<sup class="md-note">1</sup></p>'],
  ];
  it.each(cases)('%s', (_, text, expected) => {
    const { container } = render(<Markdown text={text} streaming />);
    expect(container.querySelector('.md')?.innerHTML).toBe(expected);
  });
});
