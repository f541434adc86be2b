import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import '../src/app/theme.css';
import { Markdown } from '../src/kit/markdown/Markdown';
import { Pace } from '../src/turn/pace';
import { answer } from './answer';
import feedUrl from './feed.worker.ts?worker&url';
import { showcase } from './showcase';

/** What the runner reads when the stream is over. */
interface Result {
  done: boolean;
  frames: number[];
  tasks: { start: number; duration: number }[];
  keys: { start: number; duration: number }[];
  flushes: number;
  started: number;
}

const result: Result = { done: false, frames: [], tasks: [], keys: [], flushes: 0, started: 0 };
Object.assign(globalThis, { result, start });

/** A store as the app's: text grows with every delta, listeners hear at the pace. */
const listeners = new Set<() => void>();
let text = '';
let shown = '';
let streaming = false;
const pace = new Pace(() => {
  shown = text;
  for (const listener of listeners) listener();
  result.flushes += 1;
});

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function ownUrl(url: string): string {
  const { trustedTypes } = globalThis as unknown as {
    trustedTypes: {
      createPolicy(name: string, rules: object): { createScriptURL(url: string): string };
    };
  };
  return trustedTypes
    .createPolicy('bench', { createScriptURL: (own: string) => own })
    .createScriptURL(url);
}

function start() {
  text = '';
  shown = '';
  streaming = true;
  result.started = performance.now();
  watch();
  const feed = new Worker(ownUrl(feedUrl), { type: 'module' });
  feed.onmessage = ({ data }: MessageEvent<string | null>) => {
    if (data === null) {
      streaming = false;
      pace.now();
      feed.terminate();
      result.done = true;
      return;
    }
    text += data;
    pace.request();
  };
  feed.postMessage(answer());
}

function watch() {
  let last = performance.now();
  const frame = (now: number) => {
    result.frames.push(now - last);
    last = now;
    if (!result.done) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      result.tasks.push({ start: startTime - result.started, duration });
    }
  }).observe({ type: 'longtask' });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.name !== 'keydown') continue;
      result.keys.push({ start: entry.startTime - result.started, duration: entry.duration });
    }
  }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
}

/** The control: the same text without markdown, to tell the renderer from the machine. */
const plain = location.search === '?plain';

function Bench() {
  const value = useSyncExternalStore(subscribe, () => shown);
  const [typed, setTyped] = useState('');
  const thread = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the text
  useLayoutEffect(() => {
    if (thread.current) thread.current.scrollTop = thread.current.scrollHeight;
  }, [value]);
  return (
    <main style={{ height: '100dvh', display: 'grid', gridTemplateRows: '1fr auto' }}>
      <div ref={thread} style={{ overflowY: 'auto' }}>
        <div style={{ maxWidth: 736, margin: '0 auto', padding: 24 }}>
          {plain ? (
            <p style={{ whiteSpace: 'pre-wrap' }}>{value}</p>
          ) : (
            <Markdown text={value} streaming={streaming} />
          )}
        </div>
      </div>
      <textarea
        aria-label="Message"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </main>
  );
}

function View() {
  useEffect(() => document.documentElement.setAttribute('data-ready', ''), []);
  return (
    <main style={{ maxWidth: 736, margin: '0 auto', padding: '24px 16px' }}>
      <Markdown text={location.search.includes('answer') ? answer() : showcase} />
    </main>
  );
}

/** Shows whatever the attack runner passes. */
function Attack() {
  const [value, show] = useState('');
  useEffect(() => {
    Object.assign(globalThis, { show });
  }, []);
  return (
    <main>
      <Markdown text={value} />
    </main>
  );
}

const modes = { view: View, attack: Attack };
const mode = location.search.slice(1).split('&')[0];
const Page = modes[mode as keyof typeof modes] ?? Bench;
const root = document.getElementById('root');
if (root) createRoot(root).render(<Page />);
