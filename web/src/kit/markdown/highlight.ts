import { useEffect, useRef, useState } from 'react';
import workerUrl from './highlight.worker.ts?worker&url';
import { trustedScriptUrl } from './trusted';

/** One line of coloured code: pieces of text with the number of their kind. */
export type Line = [text: string, kind: number][];

export interface HighlightRequest {
  /** The piece of code this is a part of. */
  id: number;
  grammar: string;
  /** Whole lines, except in the last part. */
  code: string;
  done: boolean;
}

export interface HighlightReply {
  id: number;
  lines: Line[];
  done: boolean;
  failed?: boolean;
}

/** Coloured lines and the source that they show. */
export interface Highlighted {
  source: string;
  lines: Line[];
}

const MAX_CODE = 200_000;
const MAX_CACHED = 1_000_000;
const OPEN_LINES = 20;
const OPEN_INTERVAL = 300;

/** Finished pieces, the least recently used first; bounded by the characters they hold. */
class Cache {
  readonly #entries = new Map<string, Highlighted>();
  #size = 0;

  get(grammar: string, code: string): Highlighted | undefined {
    const key = cacheKey(grammar, code);
    const found = this.#entries.get(key);
    if (found?.source !== code) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, found);
    return found;
  }

  put(grammar: string, entry: Highlighted) {
    const key = cacheKey(grammar, entry.source);
    this.#drop(key);
    this.#entries.set(key, entry);
    this.#size += entry.source.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= MAX_CACHED) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string) {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#size -= entry.source.length;
  }
}

/** FNV-1a over the code; the entry's source is compared too, so a collision only misses. */
function cacheKey(grammar: string, code: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < code.length; i++) hash = Math.imul(hash ^ code.charCodeAt(i), 0x01000193);
  return `${grammar} ${code.length} ${hash >>> 0}`;
}

const cache = new Cache();
const listeners = new Map<number, (reply: HighlightReply) => void>();
let worker: Worker | undefined;
let lastId = 0;

function post(request: HighlightRequest) {
  if (!worker) {
    worker = new Worker(trustedScriptUrl(workerUrl), { type: 'module', name: 'highlight' });
    worker.onmessage = ({ data }: MessageEvent<HighlightReply>) => listeners.get(data.id)?.(data);
  }
  worker.postMessage(request);
}

/** One piece of code on its way through the Worker; it may grow until it is done. */
class Session {
  readonly #grammar: string;
  readonly #show: (highlighted: Highlighted) => void;
  #id = 0;
  #sent = '';
  #shown: Highlighted = { source: '', lines: [] };
  #done = false;
  /** Parts sent and not answered, in order. */
  #waiting: string[] = [];

  constructor(grammar: string, show: (highlighted: Highlighted) => void) {
    this.#grammar = grammar;
    this.#show = show;
  }

  feed(code: string, done: boolean) {
    if (!this.#id || this.#done || !code.startsWith(this.#sent)) this.#restart();
    const end = done ? code.length : code.lastIndexOf('\n') + 1;
    const part = code.slice(this.#sent.length, end);
    if (!part && !done) return;
    this.#sent = code.slice(0, end);
    this.#done = done;
    this.#waiting.push(part);
    post({ id: this.#id, grammar: this.#grammar, code: part, done });
  }

  stop() {
    listeners.delete(this.#id);
  }

  #restart() {
    this.stop();
    lastId += 1;
    this.#id = lastId;
    this.#sent = '';
    this.#done = false;
    this.#shown = { source: '', lines: [] };
    this.#waiting = [];
    listeners.set(this.#id, (reply) => this.#receive(reply));
  }

  #receive({ lines, done, failed }: HighlightReply) {
    const part = this.#waiting.shift() ?? '';
    if (failed) return this.stop();
    this.#shown = { source: this.#shown.source + part, lines: [...this.#shown.lines, ...lines] };
    if (done) {
      cache.put(this.#grammar, this.#shown);
      this.stop();
    }
    this.#show(this.#shown);
  }
}

/**
 * Colours for a piece of code; what they do not cover yet is to be shown plain. A growing piece
 * (`open`) is looked at every 300 ms once it is longer than 20 lines.
 */
export function useHighlight(
  code: string,
  grammar: string | undefined,
  open: boolean,
  near: boolean,
): Highlighted | undefined {
  const [shown, setShown] = useState(() =>
    grammar && !open ? cache.get(grammar, code) : undefined,
  );
  const session = useRef<Session>(undefined);
  const latest = useRef(code);
  latest.current = code;
  const usable = grammar !== undefined && code.length < MAX_CODE && typeof Worker !== 'undefined';
  const long = open && code.split('\n', OPEN_LINES + 2).length > OPEN_LINES;

  useEffect(() => {
    if (!usable || !near) return;
    session.current = new Session(grammar, setShown);
    return () => session.current?.stop();
  }, [usable, near, grammar]);

  useEffect(() => {
    if (!usable || !near || !long) return;
    const timer = setInterval(() => session.current?.feed(latest.current, false), OPEN_INTERVAL);
    return () => clearInterval(timer);
  }, [usable, near, long]);

  useEffect(() => {
    if (!usable || !near || open) return;
    const cached = cache.get(grammar, code);
    if (cached) setShown(cached);
    else session.current?.feed(code, true);
  }, [usable, near, open, grammar, code]);

  return shown && code.startsWith(shown.source) ? shown : undefined;
}
