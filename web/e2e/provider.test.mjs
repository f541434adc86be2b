import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { accessible } from './support/axe.mjs';
import { allTokens, answers, finished, send, tokens } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({ models: ['tokens-12'], configured: false });

/** Puts these providers in the place of what the server had. */
async function configure(custom, more = {}) {
  await world.server.stop();
  await writeFile(world.server.configFile, JSON.stringify({ endpoints: { custom, ...more } }));
  await world.server.resume();
}

const dead = 'http://127.0.0.1:9/v1';
const models = { default: ['tokens-12'] };

world.test('a user brings a key, chats with it, and takes it back', async () => {
  const baseURL = `${world.provider.url}/v1`;
  await configure([{ name: 'Theirs', apiKey: 'user_provided', baseURL, models }]);
  const page = await world.open('/');
  await page.getByRole('button', { name: /^Model:/ }).click();
  await page.getByRole('listbox').getByText('needs your key').first().waitFor();
  await page.keyboard.press('Escape');
  await send(page, 'Without a key');
  await page.getByRole('link', { name: 'Enter your key' }).click();
  await page.getByText('No key yet').waitFor();
  await accessible(page, 'the keys of a user');

  await page.getByRole('button', { name: 'Add a key of Theirs' }).click();
  await page.getByLabel('Key', { exact: true }).fill('sk-of-ada');
  await accessible(page, 'the dialog for a key');
  await page.getByRole('button', { name: 'Save key' }).click();
  await page.getByText('In use').waitFor();

  await page.goto('/');
  await send(page, 'Hello');
  await finished(page);
  assert.deepEqual(await tokens(answers(page)), allTokens(12));
  const calls = await world.provider.calls();
  assert.equal(calls.at(-1).header.Authorization[0], 'Bearer sk-of-ada');

  await page.goto('/settings/provider-keys');
  await page.getByRole('button', { name: 'Remove the key of Theirs' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No key yet').waitFor();
});

world.test('whoever has no key yet is led to where it is entered', async () => {
  const baseURL = `${world.provider.url}/v1`;
  await configure([{ name: 'Theirs', apiKey: 'user_provided', baseURL }]);
  const page = await world.open('/', { user: await world.server.user('Katherine Johnson') });
  await page.getByText('The models here wait for a key of yours.').waitFor();
  await page.getByRole('button', { name: 'Choose a model' }).click();
  await page.getByText('With a key of yours: Theirs.').waitFor();
  await accessible(page, 'the list of models that wait for a key');
  await page.getByRole('link', { name: 'Enter your key' }).click();
  await page.getByRole('button', { name: 'Add a key of Theirs' }).waitFor();
});

world.test('another model answers for one that is down, and says so', async () => {
  const baseURL = `${world.provider.url}/v1`;
  await configure([
    { name: 'Down', apiKey: 'x', baseURL: dead, models, fallback: ['Up/tokens-12'] },
    { name: 'Up', apiKey: 'x', baseURL, models },
  ]);
  const page = await world.open();
  await send(page, 'Is anybody there?');
  await answers(page)
    .getByText('tokens-12 (Down) cannot be reached, so tokens-12 (Up) answers.')
    .waitFor();
  await finished(page);
  assert.deepEqual(await tokens(answers(page)), allTokens(12));

  // The next question is again for the one that was chosen.
  await page.reload();
  await answers(page).waitFor();
  await send(page, 'And now?');
  await answers(page).nth(1).getByText('so tokens-12 (Up) answers.').waitFor();
  await finished(page);
});

world.test('where nothing answers others are offered, and the admin sees why', async () => {
  const baseURL = `${world.provider.url}/v1`;
  await configure([
    { name: 'Down', apiKey: 'x', baseURL: dead, models: { default: ['lonely'] } },
    { name: 'Up', apiKey: 'x', baseURL, models },
  ]);
  const page = await world.open();
  await page.goto('/');
  await send(page, 'Is anybody there?');
  await answers(page).getByRole('button', { name: 'Try with tokens-12' }).click();
  await answers(page).getByText('2/2').waitFor();
  await finished(page);
  assert.deepEqual(await tokens(answers(page)), allTokens(12));

  await page.goto('/settings/providers');
  await page.getByText('Nothing listens at this address. Check the port').waitFor();
  await page.getByText('1 call in 15 minutes · 100% failed').waitFor();
  await accessible(page, 'the providers');
});
