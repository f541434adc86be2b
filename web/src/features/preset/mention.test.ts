import { expect, it } from 'vitest';
import { mentionAt, withoutMention } from './mention';

it('finds an @ at the beginning of a word', () => {
  expect(mentionAt('@', 1)).toEqual({ from: 0, to: 1, query: '' });
  expect(mentionAt('@pir', 4)).toEqual({ from: 0, to: 4, query: 'pir' });
  expect(mentionAt('say @short answ', 15)).toEqual({ from: 4, to: 15, query: 'short answ' });
  expect(mentionAt('one\n@two', 8)).toEqual({ from: 4, to: 8, query: 'two' });
});

it('looks no further than the caret', () => {
  expect(mentionAt('@pirate', 3)?.query).toBe('pi');
});

it.each(['me@example.com', 'no', '@ space', '@a@b', `@${'x'.repeat(41)}`, '@one\ntwo'])(
  'finds nothing in %j',
  (text) => {
    expect(mentionAt(text, text.length)).toBeNull();
  },
);

it('takes the mention out and leaves the rest', () => {
  const take = (text: string, caret: number) => {
    const mention = mentionAt(text, caret);
    return mention && withoutMention(text, mention);
  };
  expect(take('@pir', 4)).toEqual({ text: '', caret: 0 });
  expect(take('say @pir hello', 8)).toEqual({ text: 'say hello', caret: 4 });
  expect(take('@pir hello', 4)).toEqual({ text: 'hello', caret: 0 });
});
