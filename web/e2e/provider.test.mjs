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

world.test('an administrator gives keys, patience and a way, and is told of another', async () => {
  await configure([]);
  const page = await world.open('/settings/providers');
  const headers = { origin: world.server.url };
  const sent = { name: 'Ours', kind: 'custom', baseUrl: `${world.provider.url}/v1`, key: 'sk-1' };
  const added = await page.request.post('/api/providers', { data: sent, headers });
  assert.equal(added.status(), 200, await added.text());
  await page.reload();
  const dialog = page.getByRole('dialog');
  const edit = async () => {
    await page.getByRole('button', { name: 'Options of Ours' }).click();
    await page.getByRole('menuitem', { name: 'Change' }).click();
    await dialog.getByLabel('New key').waitFor();
  };
  await edit();
  await dialog.getByRole('button', { name: 'Add a key' }).click();
  await dialog.getByLabel('Key 2', { exact: true }).fill('sk-2');
  await dialog.getByText('Advanced').click();
  await dialog.getByLabel('The first word').fill('600');
  await dialog.getByLabel('Proxy').fill('http://me:secret@proxy');
  await accessible(page, 'the dialog of a provider');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('belongs in the configuration file').waitFor();
  await dialog.getByLabel('Proxy').fill('direct');

  // Meanwhile another one is quicker.
  const change = { models: ['tokens-12'] };
  const other = await page.request.patch('/api/providers/ours', { data: change, headers });
  assert.equal(other.status(), 200, await other.text());
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Someone else has changed this provider').waitFor();
  assert.equal(await dialog.getByLabel('The first word').inputValue(), '600');
  await dialog.getByRole('button', { name: 'Load again' }).click();
  await dialog.getByText('Someone else').waitFor({ state: 'detached' });
  assert.equal(await dialog.getByLabel('Only these models').inputValue(), 'tokens-12');

  await dialog.getByRole('button', { name: 'Add a key' }).click();
  await dialog.getByLabel('Key 2', { exact: true }).fill('sk-2');
  await dialog.getByText('Advanced').click();
  await dialog.getByLabel('The first word').fill('600');
  await dialog.getByLabel('Proxy').fill('direct');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await edit();
  assert.equal(await dialog.getByLabel('The first word').inputValue(), '600');
  assert.equal(await dialog.getByLabel('Proxy').inputValue(), 'direct');
  await dialog.getByRole('button', { name: 'Remove key 2' }).click();
  await dialog.getByText('goes when you save').waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  const { items } = await (await page.request.get('/api/providers')).json();
  assert.equal(items[0].keys, 1);
  assert.deepEqual(items[0].options.timeouts, { firstToken: 600 });
});
