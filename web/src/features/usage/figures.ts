// What a chart and its tables show of a report.

import {
  formatColumn,
  formatCompact,
  formatCompactCost,
  formatCost,
  formatNumber,
} from '@/kit/format';
import { i18n } from '@/kit/i18n';
import type { Day, Report, Sum } from './types';

/** What is measured: dollars, tokens or calls. */
export type Measure = 'cost' | 'tokens' | 'calls';

export function amountOf(sum: Sum, measure: Measure): number {
  if (measure === 'tokens') return sum.input + sum.output;
  return sum[measure];
}

export function formatMeasure(value: number, measure: Measure): string {
  return measure === 'cost' ? formatCost(value) : formatNumber(value);
}

/** Short enough for an axis. */
export function formatTick(value: number, measure: Measure): string {
  if (measure !== 'cost') return formatCompact(value);
  return value >= 1000 ? formatCompactCost(value) : formatCost(value);
}

/** A column of the chart: a day or a month, and what each series has of it. */
export interface Column {
  name: string;
  total: number;
  values: number[];
}

export interface Chart {
  /** Models by what they took, the largest first; null is the rest. */
  series: (string | null)[];
  columns: Column[];
}

/** More models than this are one series together: no one tells more colours apart. */
const mostSeries = 5;
/** More days than this are shown as months. */
const mostDays = 100;

/** Lays a report out as stacked columns. */
export function chartOf(report: Report, measure: Measure): Chart {
  const ranked = report.models
    .map((model) => ({ name: model.name, value: amountOf(model, measure) }))
    .filter((model) => model.value > 0)
    .sort((a, b) => b.value - a.value);
  const named = ranked
    .slice(0, ranked.length > mostSeries + 1 ? mostSeries : mostSeries + 1)
    .map((model) => model.name);
  const series: Chart['series'] = named.length < ranked.length ? [...named, null] : named;
  const monthly = report.days.length > mostDays;
  const columns: Column[] = [];
  for (const day of report.days) {
    const name = monthly ? day.day.slice(0, 7) : day.day;
    let column = columns.at(-1);
    if (column?.name !== name) {
      column = { name, total: 0, values: series.map(() => 0) };
      columns.push(column);
    }
    addDay(column, day, named, measure);
  }
  return { series, columns };
}

function addDay(column: Column, day: Day, named: string[], measure: Measure): void {
  for (const model of day.models) {
    const value = amountOf(model, measure);
    const at = named.indexOf(model.name);
    const index = at < 0 ? column.values.length - 1 : at;
    column.values[index] = (column.values[index] ?? 0) + value;
    column.total += value;
  }
}

/** Round numbers from nothing to what is at least the largest, five steps at most. */
export function ticksOf(columns: readonly Column[], measure: Measure): number[] {
  const most = Math.max(...columns.map((column) => column.total), 0);
  const least = measure === 'cost' ? 0 : 1;
  const rough = Math.max(most / 5, least, 1e-6);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((f) => f * power >= rough * 0.999) ?? 10;
  // Whole things are not counted in halves.
  const step = least && factor * power < 5 ? Math.ceil(factor * power) : factor * power;
  const count = Math.max(1, Math.ceil(most / step - 0.001));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** "22 Nov" of a day, "Nov 2026" of a month. */
export function columnName(name: string): string {
  const [year = 0, month = 1, day] = name.split('-').map(Number);
  return formatColumn(new Date(year, month - 1, day ?? 1), day === undefined);
}

/** The model without its provider. */
export function shortModel(model: string): string {
  return model.slice(model.indexOf('/') + 1);
}

/** What a series is called. */
export function nameOf(series: string | null): string {
  return series === null ? i18n.t('Others') : shortModel(series);
}

/** A series' colour; the last is for the rest. Each has a contrast of 3 with the page in both schemes. */
export function colour(index: number, series: string | null): string {
  if (series === null) return 'light-dark(oklch(0.62 0.012 85), oklch(0.6 0.01 85))';
  const hues = [
    'light-dark(oklch(0.5 0.09 205), oklch(0.74 0.1 200))',
    'light-dark(oklch(0.63 0.13 65), oklch(0.8 0.12 78))',
    'light-dark(oklch(0.47 0.13 310), oklch(0.72 0.12 310))',
    'light-dark(oklch(0.6 0.13 150), oklch(0.78 0.14 150))',
    'light-dark(oklch(0.55 0.16 20), oklch(0.7 0.14 20))',
    'light-dark(oklch(0.5 0.13 262), oklch(0.68 0.12 262))',
  ];
  return hues[index % hues.length] ?? '';
}
