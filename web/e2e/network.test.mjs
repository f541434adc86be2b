import assert from 'node:assert/strict';
import {
  allTokens,
  answers,
  ask,
  chatList,
  composer,
  finished,
  questions,
  send,
  tokens,
  tokensShown,
} from './support/chat.mjs';
import { Network } from './support/proxy.mjs';
import { openWorld, until } from './support/world.mjs';

const world = openWorld();

/** What the server has of the chat that a page shows, asked for around the cut network. */
async function stored(page) {
  const chat = new URL(page.url()).pathname.split('/').at(-1);
  const response = await page.request.get(`${world.server.url}/api/chats/${chat}/messages`);
  return (await response.json()).items;
}

world.test(
  'an answer that ends while the network is down is caught up, each word once',
  async () => {
    const network = await Network.before(world.server);
    const page = await world.open('/', { baseURL: network.url });
    await send(page, 'script:tokens-50-200+hold+tokens-50-500 A long answer');
    await tokensShown(answers(page), 50);

    await network.cut();
    await world.provider.release();
    await until(async () => (await stored(page))[1].status === 'complete', 'the end of the answer');
    await page.getByText('No connection. Trying again').waitFor();
    assert.deepEqual(await tokens(answers(page)), allTokens(50), 'what was there stays');

    await network.mend();
    await finished(page);
    assert.deepEqual(await tokens(answers(page)), allTokens(100));
    await page.getByText('No connection. Trying again').waitFor({ state: 'hidden' });
    await network.cut();
  },
);

world.test('an answer goes on on the page when the network is back before its end', async () => {
  await world.provider.reset();
  const network = await Network.before(world.server);
  const page = await world.open('/', { baseURL: network.url });
  await send(page, 'script:tokens-400-100+hold+tokens-5 A longer answer');
  await tokensShown(answers(page), 30);
  await network.cut();
  await network.mend();
  await tokensShown(answers(page), 400);
  assert.deepEqual(await tokens(answers(page)), allTokens(400), 'before the end');
  await world.provider.release();
  await finished(page);
  assert.deepEqual(await tokens(answers(page)), allTokens(405));
  await network.cut();
});

world.test('a question sent without a network waits, and goes by itself, once', async () => {
  const network = await Network.before(world.server);
  const page = await world.open('/', { baseURL: network.url });
  await send(page, 'script:tokens-3 First');
  await answers(page).waitFor();
  await finished(page);

  await network.cut();
  await send(page, 'script:tokens-4 Second');
  await questions(page).nth(1).getByText('Waits for the connection').waitFor();
  assert.equal(await composer(page).inputValue(), '');
  await network.mend();
  await answers(page).nth(1).waitFor();
  await finished(page);
  assert.deepEqual(await tokens(answers(page).nth(1)), allTokens(4));
  assert.equal((await stored(page)).length, 4);
  await network.cut();
});

world.test('a new chat is in the list without a live connection', async () => {
  const context = await world.device();
  await context.routeWebSocket(/\/api\/realtime\//, (socket) => socket.close());
  await context.route(/\/api\/realtime\//, (route) => route.abort());
  const page = await context.newPage();
  await page.goto('/');
  await ask(page, 'script:tokens-5 Is anybody there?');
  assert.deepEqual(await tokens(answers(page)), allTokens(5));
  await chatList(page)
    .getByRole('link', { name: /Is anybody there/ })
    .waitFor();
});
