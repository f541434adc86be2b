import assert from 'node:assert/strict';
import { accessible } from './support/axe.mjs';
import { phone } from './support/browser.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({ models: ['tokens-5'], config: { auth: { registration: false } } });

/** Picks what can be done with a person. */
async function act(page, name, item) {
  await page.getByRole('button', { name: `More for ${name}` }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

/** Reads the password that is shown this once, and goes on. */
async function passwordOf(page, email) {
  const dialog = page.getByRole('dialog', { name: 'Pass the password on' });
  const password = await dialog.getByLabel(email).inputValue();
  await accessible(page, 'the password of a new person');
  await dialog.getByRole('button', { name: 'Done' }).click();
  return password;
}

async function signIn(email, password) {
  const page = await world.open('/', { user: null });
  await page.getByRole('textbox', { name: 'Email' }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  return page;
}

world.test('an administrator looks after accounts', async () => {
  const page = await world.open('/settings/people');
  await page.getByText('1 person has an account here.').waitFor();
  await page.getByRole('button', { name: 'Add person' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add person' });
  await dialog.getByLabel('Email').fill('ada.lovelace@example.org');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.getByRole('alert').waitFor(); // there is one already
  await dialog.getByLabel('Email').fill('grace@example.org');
  await dialog.getByLabel('Name').fill('Grace Hopper');
  await accessible(page, 'adding a person');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  const password = await passwordOf(page, 'grace@example.org');
  await page.getByText('2 people have an account here.').waitFor();
  await accessible(page, 'people');

  const grace = await signIn('grace@example.org', password);
  await grace.getByRole('heading', { name: /^Good / }).waitFor();
  await act(page, 'Grace Hopper', 'Make an administrator');
  await page.getByText('Administrator', { exact: true }).nth(1).waitFor();
  await grace.goto('/settings/people');
  await grace.getByRole('button', { name: 'More for Ada Lovelace' }).waitFor();
  await act(page, 'Grace Hopper', 'Not an administrator any more');

  await act(page, 'Grace Hopper', 'New password');
  const ask = page.getByRole('dialog', { name: 'Give Grace Hopper a new password?' });
  await accessible(page, 'asking for a new password');
  await ask.getByRole('button', { name: 'New password' }).click();
  const next = await passwordOf(page, 'grace@example.org');
  await grace.getByRole('heading', { name: 'Welcome back' }).waitFor(); // signed out, live
  const again = await signIn('grace@example.org', next);
  await again.getByRole('heading', { name: /^Good / }).waitFor();

  await act(page, 'Grace Hopper', 'Disable');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await page.getByText('Disabled', { exact: true }).waitFor();
  await again.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await act(page, 'Grace Hopper', 'Enable');
  await page.getByText('Disabled', { exact: true }).waitFor({ state: 'detached' });
  await act(page, 'Grace Hopper', 'Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('1 person has an account here.').waitFor();
});

world.test('five dozen people are found and fit on a phone', async () => {
  const page = await world.open('/settings/people', { viewport: phone, hasTouch: true });
  await page.getByText('1 person has an account here.').waitFor();
  for (let at = 0; at < 60; at += 1) {
    const name =
      at % 10 ? `Guest ${at}` : `Guest ${at} ${'of the very long name '.repeat(4)}`.trim();
    const response = await page.context().request.post('/api/accounts', {
      data: { email: `guest.${at}@example.org`, name },
      headers: { origin: world.server.url },
    });
    assert.ok(response.ok(), await response.text());
  }
  await page.reload();
  await page.getByText('61 people have an account here.').waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('ada.lovelace@example.org').waitFor();
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${over} px too wide`);
  await page.getByRole('searchbox', { name: 'Search people' }).fill('guest 57');
  await page.getByText('guest.56@example.org').waitFor({ state: 'detached' });
  await page.getByText('guest.57@example.org').waitFor();
  await page.getByRole('searchbox', { name: 'Search people' }).fill('nobody at all');
  await page.getByText('Nobody matches “nobody at all”.').waitFor();
  await accessible(page, 'people on a phone');
});
