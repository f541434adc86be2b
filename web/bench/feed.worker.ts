/** Sends the answer as a connection would: eight characters, two hundred times a second. */
const PIECE = 8;
const EACH = 5;

self.onmessage = ({ data: text }: MessageEvent<string>) => {
  const start = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    // Timers drift; the rate must not.
    const due = Math.min(text.length, Math.floor((performance.now() - start) / EACH) * PIECE);
    for (; sent < due; sent += PIECE) self.postMessage(text.slice(sent, sent + PIECE));
    if (sent >= text.length) {
      clearInterval(timer);
      self.postMessage(null);
    }
  }, EACH);
};
