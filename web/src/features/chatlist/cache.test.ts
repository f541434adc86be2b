import { expect, test } from 'vitest';
import type { ChatRow } from '@/kit/api/types';
import { type ChatPages, dropRow, patchRow, placeRow, rowsOf } from './cache';

function row(id: string, day: number): ChatRow {
  const at = `2026-11-${String(day).padStart(2, '0')}T10:00:00Z`;
  return {
    id,
    title: id,
    titleSource: 'auto',
    updatedAt: at,
    createdAt: at,
    running: false,
    outcome: '',
    unread: false,
    model: '',
  };
}

function list(...pages: [ChatRow[], string | null][]): ChatPages {
  return {
    pages: pages.map(([items, next]) => ({ items, next })),
    pageParams: pages.map(() => null),
  };
}

const ids = (pages: ChatPages) => rowsOf(pages).map((item) => item.id);
const two = () => list([[row('d', 20), row('c', 18)], 'x'], [[row('b', 10), row('a', 5)], 'y']);

test('a new chat comes first', () => {
  expect(ids(placeRow(two(), row('new', 21)))).toEqual(['new', 'd', 'c', 'b', 'a']);
});

test('a chat that was used moves up and is listed once', () => {
  expect(ids(placeRow(two(), row('a', 21)))).toEqual(['a', 'd', 'c', 'b']);
});

test('a restored chat returns to its date, across pages', () => {
  expect(ids(placeRow(two(), row('new', 14)))).toEqual(['d', 'c', 'new', 'b', 'a']);
});

test('a chat older than what is loaded waits for its page', () => {
  expect(ids(placeRow(two(), row('old', 1)))).toEqual(['d', 'c', 'b', 'a']);
});

test('the oldest chat of a list that is whole goes to the end', () => {
  expect(ids(placeRow(list([[row('b', 10)], null]), row('old', 1)))).toEqual(['b', 'old']);
  expect(ids(placeRow(list([[], null]), row('first', 1)))).toEqual(['first']);
});

test('a change to a chat that is not listed keeps the same object', () => {
  const pages = two();
  expect(patchRow(pages, 'nobody', { title: 'x' })).toBe(pages);
  expect(dropRow(pages, 'nobody')).toBe(pages);
});

test('a changed title shows in its place', () => {
  const titles = rowsOf(patchRow(two(), 'c', { title: 'Trip' })).map((item) => item.title);
  expect(titles).toEqual(['d', 'Trip', 'b', 'a']);
});
