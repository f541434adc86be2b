import { expect, test } from 'vitest';
import { formatBytes, formatCost, formatMonth, formatRelative } from './format';

const now = Date.UTC(2026, 10, 22, 12);

test.each([
  [0, 'now'],
  [59, 'now'],
  [60, '1 minute ago'],
  [3 * 3600, '3 hours ago'],
  [86_400, 'yesterday'],
  [8 * 86_400, 'last week'],
  [800 * 86_400, '2 years ago'],
])('%i seconds ago is "%s"', (seconds, text) => {
  expect(formatRelative(now - seconds * 1000, now)).toBe(text);
});

test.each([
  [0, '0 byte'],
  [1023, '1,023 byte'],
  [1024, '1 kB'],
  [20 << 20, '20 MB'],
  [3_600_000, '3.4 MB'],
  [5000 * 2 ** 40, '5,000 TB'],
])('%d bytes are "%s"', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '$0.00'],
  [0.0034, '$0.0034'],
  [0.0000021, '$0.0000021'],
  [0.00999999, '$0.01'],
  [0.25, '$0.25'],
  [1234.5, '$1,234.50'],
])('%d dollars are "%s"', (value, text) => {
  expect(formatCost(value)).toBe(text);
});

test('a month of another year names the year', () => {
  expect(formatMonth(Date.UTC(2026, 9, 15), now)).toBe('October');
  expect(formatMonth(Date.UTC(2025, 9, 15), now)).toBe('October 2025');
});
