import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pace } from './pace';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** How often something is shown that grows every five milliseconds. */
async function shows(pace: Pace, show: ReturnType<typeof vi.fn>, millis: number): Promise<number> {
  show.mockClear();
  for (let at = 0; at < millis; at += 5) {
    pace.request();
    await vi.advanceTimersByTimeAsync(5);
  }
  return show.mock.calls.length;
}

it('shows the first thing at once and the rest twenty times a second', async () => {
  const show = vi.fn();
  expect(await shows(new Pace(show), show, 200)).toBe(5);
  await vi.advanceTimersByTimeAsync(1000);
  expect(show).toHaveBeenCalledTimes(5);
});

it('waits longer while pictures are dear, and less when they are cheap again', async () => {
  let cost = 9;
  const show = vi.fn(() => vi.setSystemTime(Date.now() + cost));
  const now = vi.spyOn(performance, 'now').mockImplementation(() => Date.now());
  const pace = new Pace(show);
  await shows(pace, show, 2000);
  expect(await shows(pace, show, 2000)).toBeLessThan(15);
  cost = 1;
  await shows(pace, show, 4000);
  expect(await shows(pace, show, 2000)).toBeGreaterThan(30);
  now.mockRestore();
});

it('stops', async () => {
  const show = vi.fn();
  const pace = new Pace(show);
  pace.request();
  pace.stop();
  await vi.advanceTimersByTimeAsync(1000);
  expect(show).not.toHaveBeenCalled();
});
