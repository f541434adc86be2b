import assert from 'node:assert/strict';
import {
  allTokens,
  answers,
  ask,
  chatList,
  finished,
  questions,
  send,
  title,
  tokens,
  tokensShown,
} from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld();

world.test('two devices show the same answer while it is being written', async () => {
  const first = await world.open();
  const second = await world.open();
  await send(first, 'script:tokens-20-100+hold+tokens-20-100 Something to watch');
  await tokensShown(answers(first), 20);

  const row = chatList(second).getByRole('link', { name: /Something to watch/ });
  await row.click();
  await tokensShown(answers(second), 20);
  await world.provider.release();
  for (const page of [first, second]) {
    await finished(page);
    assert.deepEqual(await tokens(answers(page)), allTokens(40));
  }

  await world.provider.reset();
  await send(second, 'script:tokens-10-100+hold+tokens-10 The other way round');
  await questions(first).nth(1).getByText('The other way round').waitFor();
  await tokensShown(answers(first).nth(1), 10);
  await first.getByRole('button', { name: 'Stop the answer' }).click();
  await answers(second).nth(1).getByText('You stopped this answer.').waitFor();
});

world.test('a new name is seen on the other device', async () => {
  const first = await world.open();
  await send(first, 'A chat with a dull name');
  await finished(first);
  const second = await world.open(new URL(first.url()).pathname);
  await title(second).getByText('A chat with a dull name').waitFor();

  await title(first).getByRole('button').click();
  const field = first.getByRole('textbox', { name: 'Name of the chat' });
  await field.fill('A bright name');
  await field.press('Enter');
  await title(second).getByText('A bright name').waitFor();
  await chatList(second).getByRole('link', { name: 'A bright name' }).waitFor();
});

world.test('settings follow to the other device', async () => {
  const first = await world.open('/settings/appearance');
  const second = await world.open('/');
  const dark = () => second.evaluate(() => document.documentElement.dataset.theme);
  assert.notEqual(await dark(), 'dark');
  await first.getByRole('radio', { name: 'Dark' }).check();
  await second.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
});

world.test('signing out on one device ends only that one', async () => {
  const someone = await world.server.user('Grace Hopper');
  const first = await world.open('/', { user: someone });
  world.forget(someone);
  const second = await world.open('/', { user: someone });
  await first.getByRole('button', { name: 'Grace Hopper' }).click();
  await first.getByRole('menuitem', { name: 'Sign out' }).click();
  await first.getByRole('heading', { name: 'Sign in' }).waitFor();
  await second.reload();
  await second.getByRole('button', { name: 'Grace Hopper' }).waitFor();
});

world.test('what another device did before this page was live is shown', async () => {
  const first = await world.open();
  await ask(first, 'script:tokens-3 The beginning');
  const context = await world.device();
  // The live connection waits for the page to be idle: here, until it is told so.
  await context.addInitScript(() => {
    const waiting = [];
    window.requestIdleCallback = (run) => waiting.push(run);
    window.goLive = () => {
      for (const run of waiting.splice(0)) run();
    };
  });
  const second = await context.newPage();
  await second.goto(new URL(first.url()).pathname);
  await answers(second).waitFor();
  await ask(first, 'script:tokens-4 And on');
  await second.evaluate(() => window.goLive());
  await answers(second).nth(1).waitFor();
  assert.equal((await tokens(answers(second).nth(1))).length, 4);
});

world.test('parameters follow to the other device, at once and from the start', async () => {
  const first = await world.open();
  await first.getByRole('button', { name: /^Parameters/ }).click();
  const temperature = first.getByLabel('Temperature', { exact: true });
  await temperature.fill('0.3');
  await ask(first, 'script:tokens-3 With a temperature');
  const second = await world.open(new URL(first.url()).pathname);
  await second.getByRole('button', { name: 'Parameters, 1 set' }).waitFor();

  await first.getByLabel('Top P', { exact: true }).fill('0.8');
  await second.getByRole('button', { name: 'Parameters, 2 set' }).click();
  assert.equal(await second.getByLabel('Top P', { exact: true }).inputValue(), '0.8');
  await ask(second, 'script:tokens-3 From here');
  const calls = await world.provider.calls();
  const { temperature: sent, top_p: topP } = calls.at(-1).body;
  assert.deepEqual([sent, topP], [0.3, 0.8]);
});
