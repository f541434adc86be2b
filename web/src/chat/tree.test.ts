import { describe, expect, it } from 'vitest';
import type { Message } from '@/kit/api/types';
import { buildTree } from './tree';

function message(id: string, parent: string | null): Message {
  const role = id.startsWith('a') ? 'assistant' : 'user';
  return { id, parent, role, status: 'complete', parts: [], createdAt: '2026-01-01T00:00:00Z' };
}

function ids(messages: readonly Message[]): string[] {
  return messages.map(({ id }) => id);
}

const fork = [
  message('u1', null),
  message('a1', 'u1'),
  message('u2', 'a1'),
  message('a2', 'u2'),
  message('a1b', 'u1'),
  message('u3', 'a1b'),
  message('u2b', 'a1'),
];

describe('a tree of messages', () => {
  it('gives the path from the root', () => {
    expect(ids(buildTree(fork).path('a2'))).toEqual(['u1', 'a1', 'u2', 'a2']);
    expect(ids(buildTree(fork).path('u3'))).toEqual(['u1', 'a1b', 'u3']);
  });

  it('gives siblings in the order they were made', () => {
    expect(ids(buildTree(fork).siblings('a1b'))).toEqual(['a1', 'a1b']);
    expect(ids(buildTree(fork).siblings('u1'))).toEqual(['u1']);
  });

  it('goes down to the end of the newest line', () => {
    const tree = buildTree(fork);
    expect(tree.leaf('a1')).toBe('u2b');
    expect(tree.leaf('u2')).toBe('a2');
    expect(tree.newest()).toBe('u2b');
    expect(buildTree([]).newest()).toBeNull();
  });

  it('knows nothing of an id that is not there', () => {
    const tree = buildTree(fork);
    expect(tree.path('nobody')).toEqual([]);
    expect(tree.siblings('nobody')).toEqual([]);
    expect(tree.get('nobody')).toBeUndefined();
  });

  it('takes an orphan for a root', () => {
    const tree = buildTree([message('u1', 'lost'), message('a1', 'u1')]);
    expect(ids(tree.path('a1'))).toEqual(['u1', 'a1']);
    expect(ids(tree.children(null))).toEqual(['u1']);
  });

  it('opens a ring at its oldest message', () => {
    const tree = buildTree([
      message('x', 'c'),
      message('a', 'c'),
      message('b', 'a'),
      message('c', 'b'),
      message('self', 'self'),
    ]);
    expect(ids(tree.children(null))).toEqual(['a', 'self']);
    expect(ids(tree.path('x'))).toEqual(['a', 'b', 'c', 'x']);
  });
});

describe('random trees, with orphans and rings', () => {
  it('reach every message once, from a root, in the order of its parents', () => {
    let state = 11;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 300; round++) {
      const count = 1 + random(30);
      const items = Array.from({ length: count }, (_, at) => {
        // A tenth point anywhere (rings among them), a tenth to nothing at all.
        const luck = random(10);
        const parent = luck === 0 ? `m${random(count)}` : luck === 1 ? 'gone' : `m${random(at)}`;
        return message(`m${at}`, at === 0 && luck > 1 ? null : parent);
      });
      const tree = buildTree(items);
      const reached: string[] = [];
      const walk = (id: string | null) => {
        for (const child of tree.children(id)) {
          reached.push(child.id);
          walk(child.id);
        }
      };
      walk(null);
      expect(reached.toSorted()).toEqual(ids(items).toSorted());
      for (const { id } of items) {
        const path = ids(tree.path(id));
        expect(path.at(-1)).toBe(id);
        expect(new Set(path).size).toBe(path.length);
        expect(ids(tree.children(null))).toContain(path[0]);
        expect(ids(tree.siblings(id))).toContain(id);
        const leaf = tree.leaf(id);
        expect(tree.children(leaf)).toEqual([]);
        expect(ids(tree.path(leaf)).slice(0, path.length)).toEqual(path);
      }
    }
  });
});
