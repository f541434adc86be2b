import assert from 'node:assert/strict';
import {
  allTokens,
  answers,
  finished,
  questions,
  send,
  tokens,
  tokensShown,
} from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld();

/** A device behind a proxy that lets some of the roads to the live channel not pass. */
async function behind(blocked) {
  const context = await world.device();
  await context.routeWebSocket(/\/api\/realtime\/ws/, (socket) => socket.close());
  for (const road of blocked) {
    await context.route(`**/api/realtime/${road}`, (route) => route.abort());
  }
  const page = await context.newPage();
  return page;
}

for (const [road, blocked] of [
  ['HTTP streaming', []],
  ['server-sent events', ['http_stream']],
]) {
  world.test(`where WebSocket is blocked, ${road} brings what happens elsewhere`, async () => {
    await world.provider.reset();
    const free = await world.open();
    await send(free, 'script:tokens-3 Hello');
    await answers(free).waitFor();
    await finished(free);

    const page = await behind(blocked);
    await page.goto(new URL(free.url()).pathname);
    await answers(page).waitFor();
    await send(free, 'script:tokens-20-100+hold+tokens-20-100 From the other device');
    await questions(page).nth(1).getByText('From the other device').waitFor();
    await tokensShown(answers(page).nth(1), 20);
    await world.provider.release();
    await finished(page);
    assert.deepEqual(await tokens(answers(page).nth(1)), allTokens(40));

    await send(page, 'script:tokens-30-200 And from here');
    await answers(page).nth(2).waitFor();
    await finished(page);
    assert.deepEqual(await tokens(answers(page).nth(2)), allTokens(30));
  });
}

world.test('with the live channel blocked altogether an answer still streams', async () => {
  await world.provider.reset();
  const page = await behind(['http_stream', 'sse']);
  await page.goto('/');
  await send(page, 'script:tokens-20-100+hold+tokens-20-100 All alone');
  await tokensShown(answers(page), 20);
  assert.deepEqual(await tokens(answers(page)), allTokens(20), 'while it is being written');
  await world.provider.release();
  await finished(page);
  assert.deepEqual(await tokens(answers(page)), allTokens(40));
});
