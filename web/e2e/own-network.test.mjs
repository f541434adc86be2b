import assert from 'node:assert/strict';
import { allTokens, answers, finished, send, tokens } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({ accounts: false, configured: false, models: ['tokens-60-200'] });

world.test('with every other network blocked a first chat with a local model works', async () => {
  const context = await world.device({ user: null });
  const own = new URL(world.server.url).host;
  const foreign = [];
  await context.route(
    (url) => url.host !== own && !['data:', 'blob:'].includes(url.protocol),
    (route) => {
      foreign.push(route.request().url());
      return route.abort();
    },
  );
  await context.routeWebSocket(
    (url) => url.host !== own,
    (socket) => {
      foreign.push(socket.url());
      return socket.close();
    },
  );
  const page = await context.newPage();
  await page.goto(await world.server.linkPrinted());
  await page.getByRole('textbox', { name: 'Name' }).fill('Ada Lovelace');
  await page.getByRole('textbox', { name: 'Email' }).fill('ada@example.org');
  await page.getByLabel('Password', { exact: true }).fill('tangerine orchard 42');
  await page.getByRole('button', { name: 'Create account and go on' }).click();

  await page.getByRole('button', { name: 'A server by its address' }).click();
  await page.getByRole('textbox', { name: 'Address' }).fill(`${world.provider.url}/v1`);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('radio', { name: /tokens-60-200/ }).check();
  await page.getByRole('button', { name: 'Start chatting' }).click();

  await send(
    page,
    '# A heading\n\n$$x^2$$\n\n```js\nlet a = 1;\n```\n\n```mermaid\ngraph TD; A-->B\n```',
  );
  await answers(page).waitFor();
  await finished(page);
  assert.deepEqual(await tokens(answers(page)), allTokens(60));
  await page.getByRole('button', { name: 'Ada Lovelace' }).click();
  await page.getByRole('menuitem', { name: 'Settings' }).click();
  await page.getByRole('heading', { name: 'Profile' }).waitFor();
  assert.deepEqual(foreign, []);
});
