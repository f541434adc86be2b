import { describe, expect, it } from 'vitest';
import { chartOf, columnName, type Measure, shortModel, ticksOf } from './figures';
import type { Report, Share, Sum } from './types';

function sum(cost: number): Sum {
  return {
    calls: 1,
    input: cost * 10,
    output: cost,
    cacheRead: 0,
    cacheWrite: 0,
    reasoning: 0,
    cost,
    unpriced: 0,
    estimated: 0,
  };
}

const share = (name: string, cost: number): Share => ({ name, ...sum(cost) });

function report(days: [string, Share[]][]): Report {
  const models = new Map<string, number>();
  for (const [, shares] of days)
    for (const { name, cost } of shares) models.set(name, (models.get(name) ?? 0) + cost);
  return {
    from: days[0]?.[0] ?? '',
    to: days.at(-1)?.[0] ?? '',
    total: sum(0),
    days: days.map(([day, shares]) => ({ day, total: sum(0), models: shares })),
    models: [...models].map(([name, cost]) => share(name, cost)),
  };
}

describe('chartOf', () => {
  it('stacks the models of each day, the largest first', () => {
    const chart = chartOf(
      report([
        ['2026-11-01', [share('a/small', 1), share('a/large', 5)]],
        ['2026-11-02', []],
        ['2026-11-03', [share('a/small', 2)]],
      ]),
      'cost',
    );
    expect(chart.series).toEqual(['a/large', 'a/small']);
    expect(chart.columns.map((column) => column.values)).toEqual([
      [5, 1],
      [0, 0],
      [0, 2],
    ]);
    expect(chart.columns[0]?.total).toBe(6);
  });

  it('puts the smallest models together', () => {
    const all = 'abcdefgh'.split('').map((name, index) => share(`p/${name}`, 8 - index));
    const chart = chartOf(report([['2026-11-01', all]]), 'tokens');
    expect(chart.series).toEqual(['p/a', 'p/b', 'p/c', 'p/d', 'p/e', null]);
    expect(chart.columns[0]?.values.at(-1)).toBe(11 * (3 + 2 + 1));
  });

  it('gives one model too many its own place instead of a rest of one', () => {
    const all = 'abcdef'.split('').map((name) => share(`p/${name}`, 1));
    expect(chartOf(report([['2026-11-01', all]]), 'calls').series).not.toContain(null);
  });

  it('shows a year as months', () => {
    const days = Array.from({ length: 120 }, (_, index): [string, Share[]] => [
      new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10),
      [share('p/a', 1)],
    ]);
    const chart = chartOf(report(days), 'cost');
    expect(chart.columns.map(({ name, total }) => [name, total])).toEqual([
      ['2026-01', 31],
      ['2026-02', 28],
      ['2026-03', 31],
      ['2026-04', 30],
    ]);
  });

  it('leaves out what is not measured', () => {
    expect(chartOf(report([['2026-11-01', [share('local/free', 0)]]]), 'cost').series).toEqual([]);
  });
});

describe('ticksOf', () => {
  const ticks = (total: number, measure: Measure = 'cost') =>
    ticksOf([{ name: '2026-11-01', total, values: [] }], measure);

  it('are round and reach the largest column', () => {
    expect(ticks(4.15)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(ticks(5)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(ticks(0.09)).toHaveLength(6);
    expect(ticks(1234, 'tokens')).toEqual([0, 250, 500, 750, 1000, 1250]);
  });

  it('are whole for what is counted', () => {
    expect(ticks(2, 'calls')).toEqual([0, 1, 2]);
    expect(ticks(12, 'calls')).toEqual([0, 3, 6, 9, 12]);
  });

  it('are there where nothing is', () => {
    expect(ticks(0).length).toBeGreaterThan(1);
  });
});

describe('days', () => {
  it('are written shortly, and months with their year', () => {
    expect(columnName('2026-11-22')).toMatch(/22/);
    expect(columnName('2026-11')).toMatch(/2026/);
  });
});

it('names a model without its provider', () => {
  expect(shortModel('Up/vendor/echo:8b')).toBe('vendor/echo:8b');
});
