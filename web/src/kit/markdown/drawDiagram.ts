/**
 * Draws mermaid source. The library writes HTML and runs on text of a model, so it works in a
 * frame with an origin of its own and no network, and gives back an SVG as text. That text is
 * only ever shown as a picture, where a browser runs no script and loads nothing.
 */
import mermaidUrl from 'mermaid/dist/mermaid.min.js?url';
import frameScriptUrl from './diagramFrame.js?url';
import { trustedFrame } from './trusted';

export interface Drawing {
  svg: string;
  width: number;
  height: number;
}

interface Reply extends Partial<Drawing> {
  ready?: boolean;
  id?: number;
  error?: string;
}

interface Job {
  resolve: (drawing: Drawing) => void;
  reject: (error: Error) => void;
  message: { id: number; code: string; theme: Record<string, string> };
}

const DRAW_LIMIT = 15_000;
const IDLE_LIMIT = 60_000;
const MAX_CODE = 50_000;

let frame: HTMLIFrameElement | undefined;
let ready = false;
let lastId = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const jobs: Job[] = [];

function openFrame() {
  frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
  // It needs a layout to measure text, but is never seen.
  frame.className = 'md-diagram-frame';
  trustedFrame(frame, [mermaidUrl, frameScriptUrl]);
  addEventListener('message', receive);
  document.body.append(frame);
}

function closeFrame() {
  removeEventListener('message', receive);
  frame?.remove();
  frame = undefined;
  ready = false;
}

function receive({ source, data }: MessageEvent<Reply>) {
  if (!frame || source !== frame.contentWindow) return;
  if (data.ready) {
    ready = true;
    send();
    return;
  }
  const job = jobs[0];
  if (!job || data.id !== job.message.id) return;
  finish(job, data);
}

function finish(job: Job, { svg, width, height, error }: Reply) {
  jobs.shift();
  if (typeof svg === 'string' && isInert(svg)) {
    job.resolve({ svg, width: Number(width) || 600, height: Number(height) || 400 });
  } else job.reject(new Error(error ?? 'refused'));
  next();
}

const ACTIVE = [
  /<\s*(?:script|foreignObject|iframe|object|embed)/i,
  /\son[a-z]+\s*=/i,
  /@import/i,
  /url\((?!\s*(?:['"]|&quot;)?#)/i,
  /[\s:]href\s*=(?!\s*["']?#)/i,
];

/** A saved file may be opened as a page, where it would act: what could run or load is refused. */
export function isInert(svg: string): boolean {
  // Words of a label do nothing, whatever they say; only tags and style sheets count.
  const markup = svg.replace(/(<style\b[^>]*>[^<]*)|>[^<]*/gi, (text, style) =>
    style ? text : '>',
  );
  return !ACTIVE.some((pattern) => pattern.test(markup));
}

function send() {
  const job = jobs[0];
  if (ready && job) frame?.contentWindow?.postMessage(job.message, '*');
}

function next() {
  clearTimeout(timer);
  const job = jobs[0];
  if (!job) {
    timer = setTimeout(closeFrame, IDLE_LIMIT);
    return;
  }
  timer = setTimeout(() => {
    closeFrame();
    finish(job, { error: 'timeout' });
  }, DRAW_LIMIT);
  if (frame) send();
  else openFrame();
}

/** Draws one diagram at a time; rejects with the library's message when the source is wrong. */
export function drawDiagram(code: string, theme: Record<string, string>): Promise<Drawing> {
  if (code.length > MAX_CODE) return Promise.reject(new Error('too long'));
  return new Promise((resolve, reject) => {
    lastId += 1;
    jobs.push({ resolve, reject, message: { id: lastId, code, theme } });
    if (jobs.length === 1) next();
  });
}
