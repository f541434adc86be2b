import assert from 'node:assert/strict';
import { ask, chatList, composer, questions } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({ models: ['tokens-5'] });

world.test('what was typed is there after a reload, for each chat its own', async () => {
  const page = await world.open();
  await ask(page, 'The first chat');
  await composer(page).fill('for the first');
  await page.getByRole('link', { name: 'New chat' }).click();
  await page.getByRole('heading', { name: /^Good / }).waitFor();
  await composer(page).fill('for a new one');

  await page.reload();
  await page.getByRole('heading', { name: /^Good / }).waitFor();
  assert.equal(await composer(page).inputValue(), 'for a new one');
  await chatList(page).getByRole('link', { name: 'The first chat' }).click();
  await questions(page).waitFor();
  assert.equal(await composer(page).inputValue(), 'for the first');
  await composer(page).press('Enter');
  await questions(page).nth(1).getByText('for the first').waitFor();
  assert.equal(await composer(page).inputValue(), '');
  await page.reload();
  await questions(page).nth(1).waitFor();
  assert.equal(await composer(page).inputValue(), '');
});

world.test('a session that ends under the page leads back to it, with its draft', async () => {
  const someone = await world.server.user('Grace Hopper');
  const page = await world.open('/', { user: someone });
  await ask(page, 'Something to come back to');
  await composer(page).fill('half a thought');
  const here = page.url();

  world.forget(someone);
  const other = await world.open('/settings/security', { user: someone });
  await other
    .getByRole('button', { name: /^Sign out/ })
    .first()
    .click();

  await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await page.getByLabel('Password', { exact: true }).fill(someone.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await questions(page).waitFor();
  assert.equal(page.url(), here);
  assert.equal(await composer(page).inputValue(), 'half a thought');
  await ask(page, 'It goes on');
});

world.test('signing out leaves nothing of a draft for the next one', async () => {
  const someone = await world.server.user('Alan Turing');
  const page = await world.open('/', { user: someone });
  await composer(page).fill('a secret');
  await page.getByRole('button', { name: 'Alan Turing' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const left = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.doesNotMatch(left, /a secret/);
});
