/** The shortest time between two pictures, of which nobody reads more than twenty a second, and the longest when they are dear. */
const fastest = 50;
const slowest = 200;
/** A picture that takes longer than this to show makes the next one wait twice as long. */
const dear = 8;

/** Has something that grows shown at a rate that the page can keep up with. Times are in milliseconds. */
export class Pace {
  readonly #show: () => void;
  #interval = fastest;
  #shown = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `show` tells React, whose commit is what is timed. */
  constructor(show: () => void) {
    this.#show = show;
  }

  /** There is more: it is shown at once after a pause, else when the interval is over. */
  request(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#shown + this.#interval - performance.now();
    this.#timer = setTimeout(() => this.now(), Math.max(0, wait));
  }

  /** Shows without waiting, as when it is complete. */
  now(): void {
    this.stop();
    const start = performance.now();
    this.#shown = start;
    this.#show();
    // React commits what an external store changed in a microtask queued before this one.
    queueMicrotask(() => this.#took(performance.now() - start));
  }

  /** Forgets what is pending. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #took(time: number): void {
    if (time > dear) this.#interval = Math.min(slowest, this.#interval * 2);
    else if (time < dear / 2) this.#interval = Math.max(fastest, this.#interval / 1.25);
  }
}
