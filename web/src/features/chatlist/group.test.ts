import { expect, test } from 'vitest';
import type { ChatRow } from '@/kit/api/types';
import { groupByDate } from './group';

const now = new Date(2026, 10, 22, 9, 0);

function row(...date: [number, number, number, number?]): ChatRow {
  const at = new Date(...date).toISOString();
  return {
    id: at,
    title: '',
    titleSource: 'auto',
    updatedAt: at,
    createdAt: at,
    running: false,
    outcome: '',
    unread: false,
    model: '',
  };
}

function labels(...rows: ChatRow[]): string[] {
  return groupByDate(rows, now).map((line) => (line.kind === 'group' ? line.label : '·'));
}

test('days, the week, then months, with the year when it was another', () => {
  expect(
    labels(
      row(2026, 10, 22, 8),
      row(2026, 10, 22, 0),
      row(2026, 10, 21, 23),
      row(2026, 10, 20),
      row(2026, 10, 15),
      row(2026, 10, 14, 23),
      row(2026, 9, 1),
      row(2025, 10, 30),
    ),
  ).toEqual([
    'Today',
    '·',
    '·',
    'Yesterday',
    '·',
    'Previous 7 days',
    '·',
    '·',
    'November',
    '·',
    'October',
    '·',
    'November 2025',
    '·',
  ]);
});

test('a clock that runs behind the server still says today', () => {
  expect(labels(row(2026, 10, 23))).toEqual(['Today', '·']);
});

test('nothing has no heading', () => {
  expect(labels()).toEqual([]);
});
