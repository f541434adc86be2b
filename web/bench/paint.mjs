/**
 * Opens pages of the built program as on a phone: a processor four times slower than this one, 1.6 Mbit/s
 * and 150 ms to the server. Prints when their largest content was painted, in milliseconds since the
 * navigation, as JSON; ends with an error above the budget. Needs a machine that does nothing else.
 *
 * node bench/paint.mjs [--runs 5]
 */

import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { launch, phone } from '../e2e/support/browser.mjs';
import { Server } from '../e2e/support/server.mjs';

const BUDGET = 1800;
/** Milliseconds in which nothing larger may come. */
const SETTLE = 3000;
const PROCESSOR = { rate: 4 };
const NETWORK = {
  offline: false,
  latency: 150,
  downloadThroughput: 1.6e6 / 8,
  uploadThroughput: 750e3 / 8,
};

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const runs = Number(values.runs);

/** The demo's tour, asked for by the API: tables, code, a formula and a diagram. */
async function askForTheTour(server, key) {
  const chat = randomUUID();
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ text: 'Show me around', model: 'demo/tour' });
  const asked = await fetch(`${server.url}/api/chats/${chat}/turns`, {
    method: 'POST',
    headers,
    body,
  });
  const { turn } = await asked.json();
  await (await fetch(`${server.url}/api/turns/${turn}/events`, { headers })).text(); // until it is done
  return chat;
}

/** Milliseconds until the largest paint of a page that is opened for the first time. */
async function open(browser, server, path, user) {
  const context = await browser.newContext({
    baseURL: server.url,
    viewport: phone,
    isMobile: true,
    hasTouch: true,
  });
  if (user) await context.request.post('/api/session', { data: user });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', PROCESSOR);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', NETWORK);
  await page.addInitScript(() => {
    const list = (entries) => {
      globalThis.largest = entries.getEntries().at(-1).startTime;
    };
    new PerformanceObserver(list).observe({ type: 'largest-contentful-paint', buffered: true });
  });
  await page.goto(path);
  await page.waitForFunction(() => globalThis.largest > 0);
  await page.waitForTimeout(SETTLE);
  const largest = await page.evaluate(() => globalThis.largest);
  await context.close();
  return Math.round(largest);
}

const server = await Server.start();
const browser = await launch();
const figures = {};
try {
  const user = await server.user('Ada', { admin: true });
  const chat = await askForTheTour(server, await server.key(user.email));
  const pages = { 'sign-in': ['/'], home: ['/', user], thread: [`/c/${chat}`, user] };
  for (const [name, [path, who]] of Object.entries(pages)) {
    const times = [];
    for (let run = 0; run < runs; run++) times.push(await open(browser, server, path, who));
    const median = times.sort((a, b) => a - b)[Math.floor(runs / 2)];
    figures[name] = { median, times, limit: BUDGET };
  }
} finally {
  await browser.close();
  await server.stop();
}
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
process.exitCode = Object.values(figures).some(({ median }) => median > BUDGET) ? 1 : 0;
