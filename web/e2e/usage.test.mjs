import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { accessible, readable } from './support/axe.mjs';
import { answers, ask, send } from './support/chat.mjs';
import { openWorld, until } from './support/world.mjs';

const world = openWorld({ models: ['echo', 'tokens-20'] });

const sizes = [
  { name: 'desktop', viewport: { width: 1440, height: 900 } },
  { name: 'phone', viewport: { width: 390, height: 844 } },
];

/** Judges the page in light and dark, and that nothing is wider than it. */
async function judge(page, what) {
  await accessible(page, `${what}, light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await readable(page, `${what}, dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${what}: ${over} px too wide`);
}

/** The figure under a name. */
function figure(page, name) {
  return page.getByRole('term').filter({ hasText: name }).locator('xpath=following-sibling::dd');
}

world.test('own calls are shown by day and model, and as CSV', async () => {
  const user = await world.server.user('Grace Hopper');
  const page = await world.open('/', { user });
  await ask(page, 'one');
  await ask(page, 'two');
  await page.goto('/settings/usage');
  await until(async () => (await figure(page, 'Calls').textContent()) === '2', 'two calls');
  await page.getByRole('radio', { name: 'Calls' }).check();
  await page.getByRole('figure', { name: 'Calls by model: 2 in all' }).waitFor();
  await page.locator('figure path.recharts-rectangle').first().waitFor();
  await page.getByText('The figures').click();
  const today = page.getByRole('table', { name: 'Calls' }).getByRole('row').last();
  assert.match(await today.textContent(), /2$/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'CSV' }).click(),
  ]);
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  assert.equal(lines.length, 2);
  assert.match(lines[0], /^day,model,calls,input_tokens/);
  assert.match(download.suggestedFilename(), /^usage-\d{8}-\d{8}\.csv$/);
});

for (const { name, viewport } of sizes) {
  world.test(`usage and budgets are accessible, empty and filled: ${name}`, async () => {
    const options = { viewport, reducedMotion: 'reduce', colorScheme: 'light' };
    const nobody = await world.server.user(`New ${name}`);
    const empty = await world.open('/settings/usage', { user: nobody, ...options });
    await empty.getByText('Nothing was used in these days.').waitFor();
    await judge(empty, 'own usage, empty');

    const page = await world.open('/', options);
    await ask(page, 'for the figures');
    await page.goto('/settings/budgets');
    await page.getByText('No budgets: everyone may use as much as they like.').waitFor();
    await page.locator('figure path.recharts-rectangle').first().waitFor();
    await judge(page, 'all usage, no budgets');
    await page.getByRole('button', { name: 'New budget' }).click();
    await page.getByLabel('Whose').selectOption('user');
    await page.getByRole('combobox', { name: 'Person' }).fill('Ada');
    await page.getByRole('option', { name: /Ada Lovelace/ }).click();
    await page.getByLabel('Of', { exact: true }).selectOption('tokens');
    await page.getByLabel('Amount').fill('1000000');
    await judge(page, 'the form of a budget');
    await page.getByLabel('Amount').press('Enter');
    await page.getByText('1,000,000 tokens a month').waitFor();
    await judge(page, 'all usage, a budget');
    await page.getByRole('button', { name: /^Delete Ada Lovelace/ }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('1,000,000 tokens a month').waitFor();
    await page.getByRole('button', { name: /^Delete Ada Lovelace/ }).click();
    await page.getByText('No budgets: everyone may use as much as they like.').waitFor();
  });
}

world.test('a budget warns in the composer and then refuses', async () => {
  const user = await world.server.user('Alan Turing');
  const admin = await world.open('/settings/budgets');
  await admin.getByRole('button', { name: 'New budget' }).click();
  await admin.getByLabel('Whose').selectOption('user');
  await admin.getByRole('combobox', { name: 'Person' }).fill('Alan');
  await admin.getByRole('option', { name: /Alan Turing/ }).click();
  await admin.getByLabel('Of', { exact: true }).selectOption('requests');
  await admin.getByLabel('For', { exact: true }).selectOption('ever');
  await admin.getByLabel('Amount').fill('5');
  await admin.getByRole('button', { name: 'Make budget' }).click();
  await admin.getByText('5 requests in all').waitFor();

  const page = await world.open('/', { user });
  for (const text of ['one', 'two', 'three', 'four']) await ask(page, text);
  await page.getByText('80% of the budget').waitFor();
  await ask(page, 'five');
  await page.getByText('Budget used up').waitFor();
  const before = await answers(page).count();
  await send(page, 'six');
  await page.getByText(/Your budget of 5 requests has no room for this request/).waitFor();
  await page.getByRole('link', { name: 'See your usage' }).waitFor();
  assert.equal(await answers(page).count(), before);

  await admin.reload();
  await admin.getByRole('button', { name: /^Alan Turing/ }).click();
  await admin.getByRole('heading', { name: 'Usage of Alan Turing' }).waitFor();
  await admin.getByRole('button', { name: 'Allow more: Their own: 5 requests in all' }).click();
  await judge(admin, 'the form of a grant');
  await admin.getByRole('spinbutton', { name: 'Requests' }).fill('1');
  await admin.getByRole('spinbutton', { name: 'Requests' }).press('Enter');
  await admin.getByText('Their own: 6 requests in all').waitFor();
  await judge(admin, 'the usage of a person');
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await until(async () => (await answers(page).count()) > before, 'the answer');
  await send(page, 'seven');
  await page.getByText(/has no room for this request/).waitFor();
  const [refused] = await Promise.all([
    page.waitForResponse((answer) => answer.url().endsWith('/turns')),
    send(page, 'eight'), // goes on where seven would have, which is not there
  ]);
  assert.equal(refused.status(), 429);

  await admin.getByRole('button', { name: /^Change Alan Turing/ }).click();
  await admin.getByRole('radio', { name: 'Only warn' }).check();
  await admin.getByRole('button', { name: 'Save' }).click();
  await admin.getByText('Warns', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await until(async () => (await answers(page).count()) > before + 1, 'the answer');
  await page.getByText('116% of the budget').waitFor();
  await page.goto('/settings/usage');
  await page.getByText('7 of 6 requests').waitFor();
});
