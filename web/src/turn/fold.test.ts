import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Message } from '@/kit/api/types';
import { type Folded, fold, foldAll, unfolded } from './fold';
import type { Frame } from './frame';

const folder = join(process.cwd(), '../testdata/turns');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => name.replace(/\.jsonl$/, ''));

function frames(name: string): Frame[] {
  const lines = readFileSync(join(folder, `${name}.jsonl`), 'utf8').split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line) as Frame);
}

function message(name: string): Partial<Message> {
  return JSON.parse(readFileSync(join(folder, `${name}.message.json`), 'utf8'));
}

/** What the transcripts' expected messages speak of. */
function told({ status, parts, usage, limit }: Partial<Message> | Folded) {
  return { status, parts, usage, limit: limit || undefined };
}

describe('the shared transcripts', () => {
  it('are there', () => expect(names.length).toBeGreaterThan(2));

  it.each(names)('%s folds to its message', (name) => {
    expect(told(foldAll(frames(name)))).toEqual(told(message(name)));
  });

  it.each(names)('%s folds to the same when any stretch is received twice', (name) => {
    const all = frames(name);
    for (let cut = 0; cut < all.length; cut++) {
      const back = Math.max(0, cut - 3);
      const twice = [...all.slice(0, cut), ...all.slice(back)];
      expect(told(foldAll(twice))).toEqual(told(message(name)));
    }
  });

  it.each(names)('%s can be folded on from any point', (name) => {
    const all = frames(name);
    for (let cut = 0; cut < all.length; cut++) {
      const resumed = foldAll(all.slice(cut), foldAll(all.slice(0, cut)));
      expect(told(resumed)).toEqual(told(message(name)));
    }
  });
});

describe('fold', () => {
  const hello: Frame = { seq: 1, event: 'delta', data: { part: 0, type: 'text', text: 'hello' } };

  it('leaves the state before untouched', () => {
    const before = fold(unfolded, hello);
    const kept = structuredClone(before);
    fold(before, { seq: 2, event: 'delta', data: { part: 0, type: 'text', text: ' you' } });
    expect(before).toEqual(kept);
  });

  it('keeps the identity of parts that did not change', () => {
    const one = fold(unfolded, hello);
    const two = fold(one, { seq: 2, event: 'delta', data: { part: 1, type: 'text', text: 'x' } });
    expect(two.parts[0]).toBe(one.parts[0]);
  });

  it('returns the same state for a frame it has seen', () => {
    const state = fold(unfolded, hello);
    expect(fold(state, hello)).toBe(state);
  });

  it('replaces everything by a snapshot, even by an earlier one', () => {
    const ahead = foldAll([hello, { ...hello, seq: 9 }]);
    const back = fold(ahead, {
      seq: 4,
      event: 'snapshot',
      data: {
        seq: 4,
        message: {
          id: 'm',
          parent: null,
          role: 'assistant',
          status: 'interrupted',
          parts: [{ type: 'text', text: 'hel' }],
          createdAt: '2026-01-01T00:00:00Z',
        },
      },
    });
    expect(back).toEqual({
      status: 'interrupted',
      parts: [{ type: 'text', text: 'hel' }],
      seq: 4,
    });
  });

  it('goes on over what a newer server or a broken one sends', () => {
    const odd = [
      { seq: 1, event: 'sparkle', data: {} } as unknown as Frame,
      { seq: 2, event: 'delta', data: { part: 7, type: 'text', text: 'hole' } } as Frame,
      { seq: 3, event: 'tool', data: { part: 0, status: 'done' } } as Frame,
    ];
    expect(foldAll(odd)).toEqual({ ...unfolded, seq: 3 });
  });
});
