import assert from 'node:assert/strict';
import { finished, send } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld();

world.test('one takes the data along and deletes the account, with the password', async () => {
  const user = await world.server.user('Grace Hopper');
  const page = await world.open('/', { user });
  await send(page, 'To be taken along');
  await finished(page);
  await page.goto('/settings/profile');
  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  const download = await started;
  assert.match(download.suggestedFilename(), /\.zip$/);
  assert.equal(await download.failure(), null);

  await page.getByRole('button', { name: 'Delete account…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
  const erase = dialog.getByRole('button', { name: 'Delete for good' });
  await dialog.getByLabel('Your password').fill('not my password');
  await erase.click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Your password').fill(user.password);
  await erase.click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
});
