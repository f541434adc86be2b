import assert from 'node:assert/strict';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { accessible, readable } from './support/axe.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({ config: { interface: { customWelcome: 'Ahoy, {{user.name}}' } } });

/** Writes the file anew, as careful programs do. */
async function replace(text) {
  await writeFile(`${world.server.configFile}.new`, text);
  await rename(`${world.server.configFile}.new`, world.server.configFile);
}

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]) {
  world.test(`the file is followed while it is looked at, ${viewport.width} px wide`, async () => {
    const admin = await world.server.user(`Admin ${viewport.width}`, { admin: true });
    const page = await world.open('/settings/configuration', { user: admin, viewport });
    await page.getByText('parley.yaml is in force').waitFor();
    const good = await readFile(world.server.configFile, 'utf8');

    await replace(good.replace('{', '{"zebra": 1,'));
    await page.getByRole('alert').getByText('unknown key zebra').waitFor();
    await accessible(page, 'with a mistake');

    await replace(good.replace('{', '{"chat": {"maxSteps": 9},'));
    await page.getByText('next start of the server').getByText('chat.maxSteps').waitFor();
    assert.equal(await page.getByRole('alert').count(), 0);

    const lenient = { version: '1.3.17', zebra: 1, ...JSON.parse(good) };
    lenient.endpoints.custom.unshift({ name: 'Keyless', baseURL: 'https://example.com/v1' });
    await replace(JSON.stringify(lenient));
    await page.getByText('Warnings about the file: 1').click();
    await page.getByText('Line 1: unknown key zebra').waitFor();
    await page.getByText('- name: Keyless').waitFor(); // over several lines
    await page.goto(`${world.server.url}/settings/providers`);
    await page.getByText('Keyless It is left out. This provider needs a key.').waitFor();
    await accessible(page, 'with a provider that is left out');
    await page.goto(`${world.server.url}/settings/configuration`);

    await replace(good);
    await page.getByText('next start of the server').waitFor({ state: 'detached' });
    await accessible(page, 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await readable(page, 'dark');
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${over} px too wide`);
  });
}

world.test('keys are searched, changes are taken back, and all is exported', async () => {
  const admin = await world.server.user('Katherine Johnson', { admin: true });
  const page = await world.open('/settings/configuration', { user: admin });
  await page.evaluate(() =>
    fetch('/api/settings', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"sessionDays": 17}',
    }),
  );
  await page.reload();
  const row = page.getByRole('listitem').filter({ has: page.getByText('auth.sessionDays') });
  await row.getByText('Set here').waitFor();
  assert.match(await row.textContent(), /17/);

  await page.getByRole('searchbox', { name: 'Search keys' }).fill('PARLEY_MAX_STEPS calls');
  await page.getByText('No key is like that.').waitFor();
  await page.getByRole('searchbox', { name: 'Search keys' }).fill('calls of a model');
  await page.getByRole('heading', { name: 'chat.maxSteps' }).waitFor();
  await page.getByRole('searchbox', { name: 'Search keys' }).fill('');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'parley.yaml');
  assert.match(await readFile(await download.path(), 'utf8'), /sessionDays: 17/);

  await page.getByRole('button', { name: 'Take the change of sessionDays back' }).click();
  await page.getByText('The value from before is in force').waitFor();
  await row.waitFor({ state: 'detached' });
});

world.test('a new chat greets as the file says', async () => {
  const page = await world.open('/');
  await page.getByRole('heading', { name: 'Ahoy, Ada Lovelace' }).waitFor();
});
