// A running turn as the browser sees it: frames in from two roads, one picture out.

import { ApiError, send } from '@/kit/api';
import { type Folded, fold } from './fold';
import { type Frame, isLive } from './frame';
import { Pace } from './pace';
import { readFrames } from './sse';

/** With no frame for this long, the log is asked whether any were lost on the way. */
const quiet = 15_000;

export interface TurnOptions {
  /** What is known of the message already. */
  from: Folded;
  /** Whether the live channel is known to have been open since before that. */
  live: boolean;
  /** Called once: with the last picture, or null when the server knows the turn no more. */
  onEnd?: (last: Folded | null) => void;
}

/**
 * One turn's frames, from the live channel and from the turn's log, joined into
 * a state without a gap or a repetition, and shown at a rate that the page can
 * keep up with. The log (`/api/turns/{turn}/events`) is read whenever the
 * channel is away or has skipped something, and left once the two overlap.
 */
export class TurnStream {
  readonly turn: string;
  #known: Folded;
  #shown: Folded;
  #live: boolean;
  #onEnd: TurnOptions['onEnd'];
  #listeners = new Set<() => void>();
  /** Frames of the channel that wait for those before them. */
  #early = new Map<number, Frame>();
  #reading: AbortController | null = null;
  #ended = false;
  readonly #pace = new Pace(() => this.#show());
  #watch: ReturnType<typeof setInterval>;
  #heard = performance.now();

  constructor(turn: string, { from, live, onEnd }: TurnOptions) {
    this.turn = turn;
    this.#known = from;
    this.#shown = from;
    this.#live = live;
    this.#onEnd = onEnd;
    this.#watch = setInterval(() => {
      if (performance.now() - this.#heard >= quiet) this.#read();
    }, quiet);
    if (!live) this.#read();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The last picture; the same object until there is a new one. */
  get = (): Folded => this.#shown;

  /** Takes a frame of the live channel, in whatever order it comes. */
  receive(frame: Frame): void {
    if (this.#ended) return;
    this.#heard = performance.now();
    this.#live = true;
    if (frame.seq > this.#known.seq + 1) {
      this.#early.set(frame.seq, frame);
      this.#read();
      return;
    }
    this.#take(frame);
    // The log has been read up to where the channel is: it is needed no more.
    if (this.#early.size === 0) this.#leave();
  }

  /** Says that the live channel broke: the log takes over until the channel is heard again. */
  lost(): void {
    this.#live = false;
    this.#read();
  }

  /** Stops listening; the turn itself goes on. */
  close(): void {
    this.#ended = true;
    this.#leave();
    clearInterval(this.#watch);
    this.#pace.stop();
    this.#early.clear();
  }

  #take(frame: Frame): void {
    if (this.#ended) return;
    this.#known = fold(this.#known, frame);
    for (let next = this.#next(); next; next = this.#next()) this.#known = fold(this.#known, next);
    if (isLive(this.#known.status)) this.#pace.request();
    else this.#end(this.#known);
  }

  /** Takes the frame that follows from those that came early, and drops the outdated. */
  #next(): Frame | undefined {
    for (const seq of this.#early.keys()) {
      if (seq <= this.#known.seq) this.#early.delete(seq);
    }
    const next = this.#early.get(this.#known.seq + 1);
    if (next) this.#early.delete(next.seq);
    return next;
  }

  #end(last: Folded | null): void {
    const tell = this.#onEnd;
    this.close();
    this.#pace.now();
    tell?.(last);
  }

  #leave(): void {
    this.#reading?.abort();
    this.#reading = null;
  }

  #read(): void {
    if (this.#reading || this.#ended) return;
    const reading = new AbortController();
    this.#reading = reading;
    void this.#follow(reading);
  }

  /** Reads the log from where we are until the turn ends, the channel joins or nobody cares. */
  async #follow(reading: AbortController): Promise<void> {
    for (let tries = 0; !reading.signal.aborted; tries++) {
      try {
        const response = await send('GET', `/api/turns/${this.turn}/events`, {
          query: { after: this.#known.seq },
          headers: { accept: 'text/event-stream' },
          signal: reading.signal,
        });
        if (!response.body) throw new ApiError({ code: 'network', status: 0 });
        for await (const frame of readFrames(response.body)) {
          if (reading.signal.aborted) return;
          tries = 0;
          this.#heard = performance.now();
          const waited = this.#early.size > 0;
          this.#take(frame);
          if (waited && this.#early.size === 0 && this.#live) this.#leave();
        }
      } catch (error) {
        if (reading.signal.aborted) return;
        if (error instanceof ApiError && final(error)) {
          this.#end(null);
          return;
        }
      }
      await pause(Math.min(8000, 250 * 2 ** tries), reading.signal);
    }
  }

  #show(): void {
    if (this.#shown === this.#known) return;
    this.#shown = this.#known;
    for (const listener of this.#listeners) listener();
  }
}

/** Whether asking again could only bring the same: no such turn, or not ours to see. */
function final(error: ApiError): boolean {
  return error.status >= 400 && error.status < 500 && error.status !== 408 && error.status !== 429;
}

/** Waits, or less when the signal says so or the network comes back. */
function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      clearTimeout(timer);
      window.removeEventListener('online', stop);
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(stop, millis);
    window.addEventListener('online', stop);
    signal.addEventListener('abort', stop);
  });
}
