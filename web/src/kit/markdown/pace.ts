import { useEffect, useLayoutEffect, useRef, useState } from 'react';

/**
 * How often a growing text is shown. Nobody reads more than twenty updates a second, and each one
 * costs a commit: 50 ms to begin with, 33 ms where commits are cheap, twice as long after each
 * commit of more than 8 ms, never more than 200 ms.
 */
export class Pace {
  static readonly MIN = 33;
  static readonly START = 50;
  static readonly MAX = 200;
  static readonly SLOW = 8;

  #interval = Pace.START;

  /** Milliseconds to wait before the next update. */
  get interval(): number {
    return this.#interval;
  }

  /** Tells how long the last commit took, in milliseconds. */
  committed(took: number) {
    if (took > Pace.SLOW) this.#interval = Math.min(Pace.MAX, this.#interval * 2);
    else this.#interval = Math.max(Pace.MIN, this.#interval * 0.9);
  }
}

/** Calls `flush` at the pace's rhythm while there is something new; for stores of growing text. */
export class Flusher {
  readonly pace = new Pace();
  readonly #flush: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = Number.NEGATIVE_INFINITY;

  constructor(flush: () => void) {
    this.#flush = flush;
  }

  /** Something new is there: it is flushed at once after a pause, else when the interval is over. */
  request() {
    if (this.#timer !== undefined) return;
    const wait = this.#last + this.pace.interval - performance.now();
    this.#timer = setTimeout(() => this.now(), Math.max(0, wait));
  }

  /** Flushes without waiting, as when the text is complete. */
  now() {
    this.stop();
    this.#last = performance.now();
    this.#flush();
  }

  /** Forgets what is pending. */
  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** The text to show: behind a growing text by at most the pace's interval, never once it is done. */
export function useThrottledText(text: string, streaming: boolean): string {
  const [shown, setShown] = useState(text);
  const latest = useRef(text);
  const started = useRef<number>(undefined);
  const [flusher] = useState(
    () =>
      new Flusher(() => {
        started.current = performance.now();
        setShown(latest.current);
      }),
  );
  useEffect(() => {
    latest.current = text;
    if (streaming) flusher.request();
    else flusher.stop();
  }, [text, streaming, flusher]);
  useEffect(() => () => flusher.stop(), [flusher]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: measures the commit of what is shown
  useLayoutEffect(() => {
    if (started.current !== undefined) flusher.pace.committed(performance.now() - started.current);
    started.current = undefined;
  }, [shown, flusher]);
  return streaming ? shown : text;
}
