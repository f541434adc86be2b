import { beforeEach, expect, test } from 'vitest';
import { dropDrafts, openDrafts, readDraft, writeDraft } from './draft';

beforeEach(() => openDrafts('ada'));

test('a draft is kept per chat, and empty text drops it', () => {
  writeDraft('c1', 'half a thought');
  writeDraft(null, 'a new one');
  expect([readDraft('c1'), readDraft(null), readDraft('c2')]).toEqual([
    'half a thought',
    'a new one',
    '',
  ]);
  writeDraft('c1', '');
  expect(readDraft('c1')).toBe('');
  expect(localStorage.length).toBe(1);
});

test('another user does not see it', () => {
  writeDraft('c1', 'private');
  openDrafts('grace');
  expect(readDraft('c1')).toBe('');
});

test('nobody’s drafts are not written', () => {
  openDrafts('');
  writeDraft('c1', 'lost');
  expect(localStorage.length).toBe(0);
});

test('signing out drops all drafts and nothing else', () => {
  localStorage.setItem('parley:nav', 'closed');
  writeDraft('c1', 'one');
  openDrafts('grace');
  writeDraft('c2', 'two');
  dropDrafts();
  expect(Object.keys(localStorage)).toEqual(['parley:nav']);
});
