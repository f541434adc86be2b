import { describe, expect, it } from 'vitest';
import { blockMath, inlineMath } from './math';

describe('a dollar in a line', () => {
  it.each([
    ['$x$', 'x'],
    ['$a^2 + b^2 = c^2$, as', 'a^2 + b^2 = c^2'],
    ['$5 + x$', '5 + x'],
    ['$2\\pi r$', '2\\pi r'],
    ['$3$ apples', '3'],
    ['$10 \\text{ km}$', '10 \\text{ km}'],
    ['$\\$5$', '\\$5'],
    ['$x$-axis', 'x'],
  ])('%j is a formula', (source, tex) => expect(inlineMath(source, '', false)?.tex).toBe(tex));

  it.each([
    '$5 and $10',
    '$5, which is $3 less',
    '$100-$200',
    '$100–$200',
    '$5/$10 each',
    '$20M and then ($40)',
    '$5 million to **$x',
    '$ x$',
    '$x $ y',
    '$HOME and $PATH',
    '$',
    '$$',
  ])('%j is not', (source) => expect(inlineMath(source, '', false)).toBeUndefined());

  it.each(['US', '\\', '$', '1'])('is none after %j', (before) => {
    expect(inlineMath('$x$', before, false)).toBeUndefined();
  });
});

describe('a block', () => {
  it.each([
    ['$$\na\n\nb\n$$\nafter', 'a\n\nb'],
    ['$$e = mc^2$$\n', 'e = mc^2'],
    ['  \\[ x \\]\n', 'x'],
    ['\\[\nx\n\\]', 'x'],
  ])('%j', (source, tex) => {
    expect(blockMath(source, false)).toMatchObject({ tex, display: true, closed: true });
  });

  it.each(['$$\nx', '$$x$$ and more', '$$$x$$$', '$$a\n\nb$$', '$$ $$'])('%j is none', (source) => {
    expect(blockMath(source, false)).toBeUndefined();
  });

  it('takes all that follows while more may come', () => {
    expect(blockMath('$$\nx\n\ny', true)).toMatchObject({ raw: '$$\nx\n\ny', closed: false });
    expect(blockMath('$$x\n\ny', true)).toBeUndefined();
  });
});
