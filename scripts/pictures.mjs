// Takes the pictures of the documentation: bin/parley, or the binary that is named, on a fresh data folder, a provider that plays one
// answer, and Chromium at 1440 by 900. Writes docs/images/app-light.png and app-dark.png; pngquant, if it
// is there, makes them smaller.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { chromium } = createRequire(join(root, 'web/package.json'))('playwright-core');
const parley = process.argv[2] ?? join(root, 'bin/parley');
const folder = mkdtempSync(join(tmpdir(), 'parley-pictures-'));

const model = 'Ollama/qwen3:32b';
const question =
  'How do I shut a Go server down without cutting requests? We see 40 requests a second, and some take 3 seconds.';
const thought = 'They want a clean stop. Show the order of steps, then reckon with their load.';
const answer = `A clean stop takes no new work, lets running work finish, and has a deadline.

\`\`\`go
ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
defer stop()
<-ctx.Done()

deadline, cancel := context.WithTimeout(context.Background(), 7*time.Second)
defer cancel()
if err := server.Shutdown(deadline); err != nil {
	return server.Close() // what is still open is cut
}
\`\`\`

With $\\lambda$ requests a second of $t$ seconds each, $L = \\lambda t$ are open at that moment:

| rate | duration | open requests |
|---|---:|---:|
| 40/s | 0.2 s | 8 |
| 40/s | 3 s | 120 |
`;
const others = [
  'Packing list for a week in Oslo',
  'Why is my index not used?',
  'Explain Little’s law with an example',
  'Letter to the landlord, polite',
  'Names for a sourdough starter',
  'Regex for ISO dates',
  'Draft: release notes 2.4',
  'Compare SQLite and PostgreSQL locks',
];

/** Plays the answer to the question, after a call of the calculator; "Done." to all else. */
async function play(request, response) {
  const body = (await request.toArray()).join('');
  response.setHeader('content-type', 'text/event-stream');
  const send = (fields) => response.write(`data: ${JSON.stringify(fields)}\n\n`);
  const say = (delta, finish_reason = null) => send({ choices: [{ index: 0, delta, finish_reason }] });
  const { messages } = JSON.parse(body);
  const asked = JSON.stringify(messages).includes(question);
  if (asked && messages.at(-1).role === 'user') {
    say({ reasoning_content: thought });
    const call = { name: 'calculator', arguments: '{"expression": "40*3"}' };
    say({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: call }] });
    say({}, 'tool_calls');
  } else {
    for (const word of (asked ? answer : 'Done.').match(/\S+\s*/g)) {
      say({ content: word });
      await pause(20);
    }
    say({}, 'stop');
  }
  send({ choices: [], usage: { prompt_tokens: 640, completion_tokens: 159 } });
  response.end('data: [DONE]\n\n');
}

async function serve(provider) {
  const endpoint = {
    name: 'Ollama',
    baseURL: `http://127.0.0.1:${provider.address().port}/v1`,
    models: { default: ['qwen3:32b', 'gpt-oss:120b', 'gemma3:27b'] },
    tokenConfig: { 'qwen3:32b': { context: 40960, prompt: 0.1, completion: 0.3 } },
  };
  const config = join(folder, 'parley.yaml');
  writeFileSync(config, JSON.stringify({ endpoints: { custom: [endpoint] } }));
  const common = ['--config', config, '--data', join(folder, 'data')];
  const create = ['user', 'create', '--email', 'ada@example.com', '--name', 'Ada Lovelace', '--admin'];
  const made = spawnSync(parley, [...common, ...create], { input: 'a long password\n', stdio: ['pipe', 'ignore', 'inherit'] });
  if (made.status !== 0) throw new Error('no user could be made');
  const server = spawn(parley, [...common, 'serve', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(createInterface(server.stdout), 'line');
  return { server, url: line.split(' ').at(-1) };
}

/** Calls the API from within the page, whose cookie it has. */
function call(page, method, path, body) {
  return page.evaluate(
    async (init) => {
      const response = await fetch(init.path, { ...init, headers: { 'content-type': 'application/json' } });
      return response.status === 204 ? null : response.json();
    },
    { path, method, body: body && JSON.stringify(body) },
  );
}

async function ask(page, text) {
  const id = crypto.randomUUID();
  const { turn } = await call(page, 'POST', `/api/chats/${id}/turns`, { text, model });
  while ((await call(page, 'GET', `/api/turns/${turn}`)).endedAt === null) await pause(50);
  return id;
}

async function shoot(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(url);
  await call(page, 'POST', '/api/session', { email: 'ada@example.com', password: 'a long password', keep: true });
  for (const text of others) {
    const id = await ask(page, text);
    await call(page, 'POST', `/api/chats/${id}/seen`);
  }
  const chat = await ask(page, question);
  await call(page, 'PATCH', `/api/chats/${chat}`, { title: 'Shutting a Go server down' });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(`${url}/c/${chat}`);
    await page.locator('.katex').first().waitFor();
    await page.locator('[data-message] pre span').first().waitFor();
    await page.evaluate(() => document.fonts.ready);
    await pause(1000); // colours and layout settle
    const path = join(root, `docs/images/app-${colorScheme}.png`);
    await page.screenshot({ path });
    spawnSync('pngquant', ['--force', '--strip', '--output', path, path]);
  }
}

const provider = http.createServer((request, response) => {
  if (request.method === 'GET') response.end('{"data": []}');
  else play(request, response);
});
await once(provider.listen(0, '127.0.0.1'), 'listening');
const { server, url } = await serve(provider);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  await shoot(browser, url);
} finally {
  await browser.close();
  server.kill();
  await once(server, 'exit');
  provider.close();
  rmSync(folder, { recursive: true });
}
