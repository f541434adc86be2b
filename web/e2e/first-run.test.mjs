import assert from 'node:assert/strict';
import { answers, chatList, finished, send } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({ accounts: false, configured: false });

/** Fills the first step: the administrator's account. */
async function makeAccount(page) {
  await page.getByRole('textbox', { name: 'Name' }).fill('Ada Lovelace');
  await page.getByRole('textbox', { name: 'Email' }).fill('ada@example.org');
  await page.getByLabel('Password', { exact: true }).fill('tangerine orchard 42');
  await page.getByRole('button', { name: 'Create account and go on' }).click();
}

world.test('without the link nobody gets in before there is an administrator', async () => {
  const page = await world.open('/', { user: null });
  await page.getByRole('heading', { name: 'Almost there' }).waitFor();
  await page.goto('/setup?token=guessed');
  await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
});

world.test('the setup link leads over account and demo to a first chat', async () => {
  const page = await world.open(await world.server.linkPrinted(), { user: null });
  await page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor();
  await makeAccount(page);
  await page.getByRole('heading', { name: 'Connect a provider' }).waitFor();
  await page.getByRole('button', { name: 'Use the demo' }).click();
  await page.getByRole('heading', { name: 'Choose a model' }).waitFor();
  assert.equal(await page.getByRole('radio', { name: /Demo/ }).isChecked(), true);
  await page.getByRole('button', { name: 'Start chatting' }).click();

  await page.getByRole('heading', { name: /^Good .*, Ada$/ }).waitFor();
  const suggestion = page.getByRole('list', { name: 'Suggestions' }).getByRole('button').first();
  const text = await suggestion.textContent();
  await suggestion.click();
  await answers(page).waitFor();
  await finished(page);
  assert.ok((await answers(page).textContent()).length > 100, 'the demo has something to say');
  await chatList(page)
    .getByRole('link', { name: text.slice(0, 12) })
    .waitFor();
  await send(page, 'Thank you');
  await answers(page).nth(1).waitFor();
  await finished(page);
});

world.test('the administrator signs in again, and the link is closed', async () => {
  const page = await world.open('/', { user: null });
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByRole('textbox', { name: 'Email' }).fill('ada@example.org');
  await page.getByLabel('Password', { exact: true }).fill('tangerine orchard 42');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: /^Good .*, Ada$/ }).waitFor();
});
