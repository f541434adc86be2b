import type { Frame } from './frame';

/**
 * Reads server-sent events as they arrive (WHATWG HTML, section 9.2.6), as far
 * as Parley's server uses them: `id`, `event` and one `data` line of JSON.
 * Comments, such as the ping, are passed over. What is not JSON ends the stream
 * with an error: a proxy's error page must not look like an answer.
 */
export async function* readFrames(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  const reader = body.pipeThrough(decoder()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const frame = parse(block);
        if (frame) yield frame;
      }
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function decoder(): ReadableWritablePair<string, Uint8Array> {
  return new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>;
}

function parse(block: string): Frame | null {
  let seq = 0;
  let event = '';
  let data = '';
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const value = line.slice(colon + 1).replace(/^ /, '');
    switch (line.slice(0, colon)) {
      case 'id':
        seq = Number(value);
        break;
      case 'event':
        event = value;
        break;
      case 'data':
        data = data ? `${data}\n${value}` : value;
        break;
    }
  }
  if (!event || !data) return null;
  return { seq, event, data: JSON.parse(data) } as Frame;
}
