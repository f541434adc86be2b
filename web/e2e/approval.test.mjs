import assert from 'node:assert/strict';
import { answers, finished, send, tokens } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

// The page that the tool is asked to fetch does not exist: what happens then is an answer too.
const world = openWorld({
  provider: ['--default', 'tokens-5', '--argument', 'fetch_page={"url":"http://page.invalid/"}'],
});

const question = 'script:call-fetch_page+tokens-5 What does this page say?';

/** The card that asks whether a tool may run. */
const card = (page) => page.getByRole('region', { name: /^Allow/ });

world.test('a tool asks first, and waits through a restart of the server', async () => {
  const page = await world.open();
  await send(page, question);
  await card(page).getByText('http://page.invalid/').waitFor();
  assert.equal((await world.provider.calls()).length, 1, 'the model waits for the result');

  await world.server.stop();
  await world.server.resume();
  await page.reload();
  await card(page).getByRole('button', { name: 'Allow once' }).click();
  await card(page).waitFor({ state: 'hidden' });
  await finished(page);
  assert.deepEqual(await tokens(answers(page)), [1, 2, 3, 4, 5]);

  await answers(page).getByRole('button', { expanded: false }).first().click();
  await answers(page).getByText('page.invalid').first().waitFor();
});

world.test('what is not allowed does not run, and the model answers without it', async () => {
  const page = await world.open();
  await send(page, question);
  await card(page).getByRole('button', { name: 'Not this time' }).click();
  await finished(page);
  await answers(page).getByRole('button', { expanded: false }).first().click();
  await answers(page).getByText('not allowed').first().waitFor();
  assert.deepEqual(await tokens(answers(page)), [1, 2, 3, 4, 5]);
});

world.test('what is always allowed asks no more, until the settings say so again', async () => {
  const page = await world.open();
  await send(page, question);
  await card(page).getByRole('button', { name: 'Always allow' }).click();
  await finished(page);
  await send(page, question);
  await answers(page).nth(1).waitFor();
  await finished(page);
  assert.equal(await card(page).count(), 0);

  await page.goto('/settings/tools');
  const choice = page.getByRole('group', { name: /^Approval of/ });
  assert.equal(await choice.getByRole('radio', { name: 'Always run' }).isChecked(), true);
  await Promise.all([
    page.waitForResponse((response) => response.url().endsWith('/approval') && response.ok()),
    choice.getByRole('radio', { name: 'Ask' }).click(),
  ]);
  await page.goBack();
  await send(page, question);
  await card(page).getByRole('button', { name: 'Never' }).click();
  await finished(page);
  await page.goto('/settings/tools');
  await choice.waitFor();
  assert.equal(await choice.getByRole('radio', { name: 'Never' }).isChecked(), true);
});
