// Dates, numbers and sizes as the reader writes them. The browser's region is kept ("en-GB" writes
// 22/11) when it belongs to the language of the interface.

import { i18n } from './i18n';

function locale(): string {
  const own = navigator.languages.find((tag) => tag.split('-')[0] === i18n.locale.split('-')[0]);
  return own ?? i18n.locale;
}

type When = string | number | Date;

const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>();

function once<T extends Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>(
  name: string,
  make: (tag: string) => T,
): T {
  const tag = locale();
  const key = `${name} ${tag}`;
  const known = made.get(key) ?? make(tag);
  made.set(key, known);
  return known as T;
}

/** "22 Nov 2026" */
export function formatDate(when: When): string {
  return once('date', (tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium' })).format(
    new Date(when),
  );
}

/** "22 Nov 2026, 20:15" */
export function formatDateTime(when: When): string {
  return once(
    'datetime',
    (tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }),
  ).format(new Date(when));
}

/** "November", or "November 2025" when it was another year. */
export function formatMonth(when: When, now: When = Date.now()): string {
  const date = new Date(when);
  const year = date.getFullYear() === new Date(now).getFullYear() ? undefined : 'numeric';
  return once(
    `month ${year}`,
    (tag) => new Intl.DateTimeFormat(tag, { month: 'long', year }),
  ).format(date);
}

/** "22 Nov" of a day, "Nov 2026" of a month as a whole. */
export function formatColumn(when: When, isMonth: boolean): string {
  return once(
    `column ${isMonth}`,
    (tag) =>
      new Intl.DateTimeFormat(
        tag,
        isMonth ? { month: 'short', year: 'numeric' } : { day: 'numeric', month: 'short' },
      ),
  ).format(new Date(when));
}

/** "40%" */
export function formatPercent(share: number): string {
  return once('percent', (tag) => new Intl.NumberFormat(tag, { style: 'percent' })).format(share);
}

/** "1,234,567" */
export function formatNumber(value: number): string {
  return once('number', (tag) => new Intl.NumberFormat(tag)).format(value);
}

/** "128K" */
export function formatCompact(value: number): string {
  return once('compact', (tag) => new Intl.NumberFormat(tag, { notation: 'compact' })).format(
    value,
  );
}

let currency = { code: 'USD', rate: 1 };

/** Says what costs are shown in: a currency, and what one US dollar is in it. */
export function setCurrency(next: { code: string; rate: number }): void {
  currency = next;
}

/** A sum of US dollars in the currency that costs are shown in, with enough digits for one below a cent. */
export function formatCost(dollars: number): string {
  const value = dollars * currency.rate;
  const size = Math.abs(value);
  // A call may cost some millionths of a dollar: that is not nothing.
  const isTiny = size > 0 && size < 0.01;
  return costs(isTiny ? Math.min(1 - Math.floor(Math.log10(size)), 9) : undefined).format(value);
}

/** "$1.2K" */
export function formatCompactCost(dollars: number): string {
  return costs('compact').format(dollars * currency.rate);
}

/** Some currencies have no cents: how many digits there are is theirs to say. */
function costs(form: 'compact' | number | undefined): Intl.NumberFormat {
  const { code } = currency;
  return once(
    `cost ${code} ${form}`,
    (tag) =>
      new Intl.NumberFormat(tag, {
        style: 'currency',
        currency: code,
        ...(form === 'compact' ? { notation: form } : { maximumFractionDigits: form }),
      }),
  );
}

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** "3.4 MB", of which each is 1024 kB, as limits are given. */
export function formatBytes(bytes: number): string {
  const step = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), sizes.length - 1);
  const unit = sizes[step] ?? 'byte';
  return once(
    `size ${unit}`,
    (tag) =>
      new Intl.NumberFormat(tag, {
        style: 'unit',
        unit,
        unitDisplay: 'short',
        maximumFractionDigits: step ? 1 : 0,
      }),
  ).format(bytes / 1024 ** step);
}

const spans: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "3 hours ago", "now" */
export function formatRelative(when: When, now: When = Date.now()): string {
  const past = (new Date(when).getTime() - new Date(now).getTime()) / 1000;
  const format = once(
    'relative',
    (tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'long' }),
  );
  for (const [unit, length] of spans) {
    if (Math.abs(past) >= length) return format.format(Math.trunc(past / length), unit);
  }
  return format.format(0, 'second');
}
