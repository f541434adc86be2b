import { act, render } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Flusher, Pace, useThrottledText } from './pace';

const seen: string[] = [];

function Probe({ text, streaming }: { text: string; streaming: boolean }) {
  const shown = useThrottledText(text, streaming);
  if (seen.at(-1) !== shown) seen.push(shown);
  return shown;
}

describe('the pace', () => {
  it('halves its rate after slow commits and recovers after quick ones', () => {
    const pace = new Pace();
    expect(pace.interval).toBe(50);
    for (const expected of [100, 200, 200]) {
      pace.committed(9);
      expect(pace.interval).toBe(expected);
    }
    for (let i = 0; i < 40; i++) pace.committed(2);
    expect(pace.interval).toBe(33);
  });
});

describe('with a clock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('flushes the first thing at once and the rest once an interval', () => {
    const flush = vi.fn();
    const flusher = new Flusher(flush);
    for (let at = 0; at < 200; at += 5) {
      flusher.request();
      vi.advanceTimersByTime(5);
    }
    expect(flush).toHaveBeenCalledTimes(5);
    vi.advanceTimersByTime(1000);
    expect(flush).toHaveBeenCalledTimes(5);
  });

  it('stops', () => {
    const flush = vi.fn();
    const flusher = new Flusher(flush);
    flusher.request();
    flusher.stop();
    vi.advanceTimersByTime(1000);
    expect(flush).not.toHaveBeenCalled();
  });

  it('shows a growing text late and a finished one at once', () => {
    seen.length = 0;
    const { rerender, container } = render(<Probe text="" streaming />);
    for (let length = 1; length <= 40; length++) {
      rerender(<Probe text={'x'.repeat(length)} streaming />);
      act(() => vi.advanceTimersByTime(5));
    }
    expect(seen.length).toBeLessThan(10);
    rerender(<Probe text="done" streaming={false} />);
    expect(container.textContent).toBe('done');
  });
});
