import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Folded, foldAll, unfolded } from './fold';
import type { Frame } from './frame';
import { TurnStream } from './stream';

/** A server with one turn, seen where the browser's fetch would reach it. */
class Server {
  log: Frame[] = [];
  /** The `after` of every request for the log. */
  asked: number[] = [];
  /** Cuts the next answers after this many frames. */
  cuts: number[] = [];
  status = 200;
  #open = new Set<(frame: Frame) => void>();

  constructor() {
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => this.#answer(url, init));
  }

  /** How many readers the log has at this moment. */
  get readers(): number {
    return this.#open.size;
  }

  append(...frames: Frame[]): void {
    for (const frame of frames) {
      this.log.push(frame);
      for (const give of this.#open) give(frame);
    }
  }

  async #answer(url: string, init: RequestInit): Promise<Response> {
    const after = Number(new URL(url, 'http://parley.test').searchParams.get('after'));
    this.asked.push(after);
    if (this.status !== 200) return new Response('{"code":"not_found"}', { status: this.status });
    let left = this.cuts.shift() ?? Number.POSITIVE_INFINITY;
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const close = () => {
          this.#open.delete(give);
          controller.close();
        };
        const give = (frame: Frame) => {
          if (left-- <= 0) return close();
          const text = `id: ${frame.seq}\nevent: ${frame.event}\ndata: ${JSON.stringify(frame.data)}\n\n`;
          // Two chunks, torn inside a line, as a network may do.
          controller.enqueue(encoder.encode(text.slice(0, 9)));
          controller.enqueue(encoder.encode(`${text.slice(9)}: ping\n\n`));
          if (frame.event === 'done') close();
        };
        this.#open.add(give);
        init.signal?.addEventListener('abort', () => {
          if (this.#open.delete(give)) controller.error(new DOMException('gone', 'AbortError'));
        });
        for (const frame of this.log) {
          if (frame.seq > after && this.#open.has(give)) give(frame);
        }
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }
}

function transcript(words: number): Frame[] {
  const frames: Frame[] = [];
  for (let seq = 1; seq <= words; seq++) {
    frames.push({ seq, event: 'delta', data: { part: 0, type: 'text', text: `w${seq} ` } });
  }
  frames.push({ seq: words + 1, event: 'done', data: { status: 'complete', message: 'm' } });
  return frames;
}

function follow(live: boolean, from: Folded = unfolded) {
  let stream!: TurnStream;
  const ended = new Promise<Folded | null>((onEnd) => {
    stream = new TurnStream('t', { from, live, onEnd });
  });
  const seen: string[] = [];
  stream.subscribe(() => seen.push(stream.get().parts[0]?.text ?? ''));
  return { stream, ended, seen };
}

afterEach(() => vi.unstubAllGlobals());

describe('a turn', () => {
  it('needs no log while the live channel carries every frame', async () => {
    const server = new Server();
    const frames = transcript(20);
    const { stream, ended, seen } = follow(true);
    for (const frame of frames) stream.receive(frame);
    expect(await ended).toEqual(foldAll(frames));
    expect(stream.get()).toEqual(foldAll(frames));
    expect(server.asked).toEqual([]);
    expect(seen.at(-1)).toBe(foldAll(frames).parts[0]?.text);
  });

  it('fills a gap from the log, then leaves the log', async () => {
    const server = new Server();
    const frames = transcript(12);
    const { stream, ended } = follow(true);
    server.append(...frames.slice(0, 8));
    stream.receive(frames[0] as Frame);
    stream.receive(frames[5] as Frame);
    stream.receive(frames[7] as Frame);
    await vi.waitFor(() => expect(stream.get().seq).toBe(8));
    expect(server.asked).toEqual([1]);
    expect(server.readers).toBe(0);
    for (const frame of frames.slice(8)) stream.receive(frame);
    expect(await ended).toEqual(foldAll(frames));
    expect(server.asked).toEqual([1]);
  });

  it('lives on the log alone when there is no channel', async () => {
    const server = new Server();
    const frames = transcript(30);
    const { ended } = follow(false);
    server.append(...frames.slice(0, 10));
    server.append(...frames.slice(10));
    expect(await ended).toEqual(foldAll(frames));
  });

  it('reads the log when the channel breaks, and stops once it is back and joins', async () => {
    const server = new Server();
    const frames = transcript(40);
    const { stream, ended } = follow(true);
    server.append(...frames.slice(0, 10));
    for (const frame of frames.slice(0, 10)) stream.receive(frame);
    stream.lost();
    server.append(...frames.slice(10, 20));
    await vi.waitFor(() => expect(stream.get().seq).toBe(20));
    server.append(...frames.slice(20, 25));
    await vi.waitFor(() => expect(stream.get().seq).toBe(25));
    expect(server.readers).toBe(1);
    stream.receive(frames[24] as Frame);
    expect(server.readers).toBe(0);
    for (const frame of frames.slice(25)) stream.receive(frame);
    expect(await ended).toEqual(foldAll(frames));
    expect(server.asked).toEqual([10]);
  });

  it('goes on from the last frame it has when the log is cut off', async () => {
    const server = new Server();
    const frames = transcript(9);
    server.cuts = [4];
    server.append(...frames);
    const { ended } = follow(false);
    expect(await ended).toEqual(foldAll(frames));
    expect(server.asked).toEqual([0, 4]);
  });

  it('starts from a message that is known in part', async () => {
    const server = new Server();
    const frames = transcript(9);
    server.append(...frames);
    const { ended } = follow(false, foldAll(frames.slice(0, 5)));
    expect(await ended).toEqual(foldAll(frames));
    expect(server.asked).toEqual([5]);
  });

  it('takes a snapshot that lies behind it, after a crash', async () => {
    const server = new Server();
    const { stream, ended } = follow(true);
    for (const frame of transcript(9).slice(0, 9)) stream.receive(frame);
    server.append({
      seq: 12,
      event: 'snapshot',
      data: {
        seq: 6,
        message: {
          id: 'm',
          parent: null,
          role: 'assistant',
          status: 'interrupted',
          parts: [{ type: 'text', text: 'w1 w2 ' }],
          createdAt: '2026-01-01T00:00:00Z',
        },
      },
    });
    stream.lost();
    expect(await ended).toMatchObject({ status: 'interrupted', seq: 6 });
    expect(stream.get().parts).toEqual([{ type: 'text', text: 'w1 w2 ' }]);
  });

  it('ends without a picture when the server knows it no more', async () => {
    const server = new Server();
    server.status = 404;
    const { ended } = follow(false);
    expect(await ended).toBeNull();
  });

  it('shows each stretch once and in order, whatever the channel loses, repeats or swaps', async () => {
    const random = mulberry(7);
    for (let round = 0; round < 40; round++) {
      const server = new Server();
      const frames = transcript(25);
      const whole = foldAll(frames).parts[0]?.text ?? '';
      const { stream, ended, seen } = follow(random() < 0.5);
      await storm(server, stream, frames, random);
      expect(await ended).toEqual(foldAll(frames));
      for (const text of seen) expect(whole.startsWith(text)).toBe(true);
    }
  });
});

describe('pictures', () => {
  it('come at once for the first frame, then no faster than the page can show them', async () => {
    vi.useFakeTimers();
    try {
      new Server();
      const { stream, seen } = follow(true);
      const frames = transcript(200);
      stream.receive(frames[0] as Frame);
      await vi.advanceTimersByTimeAsync(0);
      expect(seen).toEqual(['w1 ']);
      for (const frame of frames.slice(1, 101)) {
        stream.receive(frame);
        await vi.advanceTimersByTimeAsync(5);
      }
      expect(seen.length).toBeGreaterThan(5);
      expect(seen.length).toBeLessThan(18);
      stream.close();
    } finally {
      vi.useRealTimers();
    }
  });
});

/** Delivers the frames as a bad network would: some lost, some twice, the channel up and down. */
async function storm(server: Server, stream: TurnStream, frames: Frame[], random: () => number) {
  for (const [index, frame] of frames.entries()) {
    server.append(frame);
    if (random() < 0.1) stream.lost();
    if (random() < 0.6) stream.receive(frame);
    const again = frames[Math.floor(random() * (index + 1))];
    if (again && random() < 0.3) stream.receive(again);
    if (random() < 0.2) await Promise.resolve();
  }
  stream.lost();
}

/** A small seeded generator, so that a failure can be repeated. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
