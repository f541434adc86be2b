import assert from 'node:assert/strict';
import { answers, chatList, finished, send } from './support/chat.mjs';
import { openWorld, until } from './support/world.mjs';

const world = openWorld({ models: ['scripted'], provider: ['--default', 'tokens-3'] });

/** CPU time of the page's main thread, in seconds by what it was spent on; waiting costs nothing. */
async function meter(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
}

const millis = (seconds) => Math.round(seconds * 1000);

world.test(
  'streaming 30 kB of markdown at 200 deltas a second keeps script under 5 % of a core',
  async (t) => {
    const page = await world.open();
    await send(page, 'script:tokens-3 Warm up');
    await answers(page).waitFor();
    await finished(page);
    const read = await meter(page);

    await send(page, 'script:markdown-30000-200 Go');
    await answers(page).nth(1).locator('h2, p, li').nth(1).waitFor();
    const before = await read();
    const began = performance.now();
    await finished(page);
    const took = (performance.now() - began) / 1000;
    const after = await read();
    const script = after.ScriptDuration - before.ScriptDuration;
    const task = after.TaskDuration - before.TaskDuration;
    t.diagnostic(
      `30 kB in ${took.toFixed(1)} s: script ${millis(script)} ms (${((script / took) * 100).toFixed(1)} %), main thread ${millis(task)} ms (${((task / took) * 100).toFixed(1)} %)`,
    );
    assert.ok(
      script / took <= 0.05,
      `script took ${((script / took) * 100).toFixed(1)} % of a core`,
    );
  },
);

world.test(
  'a thread of 2,000 messages opens within 250 ms of CPU and 3,000 elements',
  async (t) => {
    const context = await world.device();
    const chat = await longChat(context.request, 1000);
    const page = await context.newPage();
    await page.goto('/');
    await send(page, 'script:tokens-3 A short chat, so that the code is there');
    await answers(page).waitFor();
    await finished(page);
    const read = await meter(page);

    const before = await read();
    await chatList(page).getByRole('link', { name: 'Question 1 of a long chat' }).click();
    await page.getByText('Question 1000 of a long chat', { exact: true }).waitFor();
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const after = await read();
    assert.equal(new URL(page.url()).pathname, `/c/${chat}`);

    const task = after.TaskDuration - before.TaskDuration;
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    t.diagnostic(
      `2,000 messages: main thread ${millis(task)} ms, script ${millis(after.ScriptDuration - before.ScriptDuration)} ms, ${elements} elements`,
    );
    assert.ok(elements <= 3000, `${elements} elements`);
    assert.ok(task <= 0.25, `${millis(task)} ms of the main thread`);
  },
);

/** A chat of so many questions and answers, made through the API. */
async function longChat(request, questions) {
  const chat = crypto.randomUUID();
  const headers = { origin: new URL(world.server.url).origin };
  for (let at = 1; at <= questions; at++) {
    const response = await request.post(`/api/chats/${chat}/turns`, {
      data: { text: `Question ${at} of a long chat`, model: 'Bench/scripted' },
      headers,
    });
    assert.equal(response.status(), 202, await response.text());
    const { turn } = await response.json();
    await until(async () => {
      const events = await request.get(`/api/turns/${turn}/events`);
      return (await events.text()).includes('event: done');
    }, `the end of turn ${at}`);
  }
  return chat;
}

const drawn = `script:echo Here they are.

\`\`\`mermaid
flowchart TD
  A[Client] --> B{Gate}
  B -->|signed in| C[App]
  B -->|not| D[Sign-in]
  C --> E[(SQLite)]
\`\`\`

Between them

\`\`\`mermaid
sequenceDiagram
  Ada->>Server: POST
  Server-->>Ada: 202
\`\`\`

\`\`\`go
fmt.Println("code")
\`\`\`

$$\\int_0^1 x^2\\,dx = \\tfrac{1}{3}$$

The end`;

world.test('nothing moves while a thread with diagrams, code and formulas comes', async (t) => {
  const first = await world.open();
  await send(first, drawn);
  await answers(first).waitFor();
  await finished(first);
  const path = new URL(first.url()).pathname;
  await first.close();
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    const context = await world.device({ viewport });
    await context.addInitScript(() => {
      window.shift = 0;
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries()) {
          if (!hadRecentInput) window.shift += value;
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const page = await context.newPage();
    await page.goto(path);
    const pictures = answers(page).getByRole('figure').getByRole('img');
    await until(async () => (await pictures.count()) === 2, 'both diagrams');
    await answers(page).locator('.katex').first().waitFor();
    const shift = await page.evaluate(() => window.shift);
    t.diagnostic(`${viewport.width} px: layout shift ${shift.toFixed(4)}`);
    assert.ok(shift <= 0.02, `${viewport.width} px: a shift of ${shift.toFixed(4)}`);
  }
});
