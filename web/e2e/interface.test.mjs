import assert from 'node:assert/strict';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { answers, ask, composer, finished, questions } from './support/chat.mjs';
import { openWorld, until } from './support/world.mjs';

const world = openWorld({
  models: ['scripted', 'second'],
  provider: ['--default', 'tokens-40'],
  config: { auth: { registration: true } },
});

/** Writes the section interface of the file anew, while the server runs. */
async function configure(section) {
  const file = world.server.configFile;
  const config = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(`${file}.new`, JSON.stringify({ ...config, interface: section }));
  await rename(`${file}.new`, file);
}

world.test('what is switched off goes from an open page, and comes back', async () => {
  const user = await world.server.user('Grace Hopper');
  const page = await world.open('/', { user });
  const parts = {
    model: page.getByRole('button', { name: /^Model:/ }),
    parameters: page.getByRole('button', { name: 'Parameters', exact: true }),
    presets: page.getByRole('button', { name: 'Choose a preset' }),
  };
  for (const part of Object.values(parts)) await part.waitFor();
  await configure({ modelSelect: false, parameters: false, presets: false });
  for (const part of Object.values(parts)) await part.waitFor({ state: 'detached' });
  assert.match(await page.locator('form').textContent(), /Model: scripted/i);
  await ask(page, 'It still answers');

  await page.goto('/settings');
  await page.getByRole('link', { name: 'Appearance' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Presets' }).count(), 0);

  await configure({});
  await page.getByRole('link', { name: 'Presets' }).waitFor();
  await page.goto('/');
  for (const part of Object.values(parts)) await part.waitFor();
});

world.test('an address writes a message, and sends it where it may', async () => {
  const user = await world.server.user('Alan Turing');
  const page = await world.open('/c/new?q=Only%20a%20draft', { user });
  await until(async () => (await composer(page).inputValue()) === 'Only a draft', 'the draft');
  assert.equal(new URL(page.url()).search, '');

  await page.goto('/c/new?prompt=Send%20me&submit=true&model=second');
  await finished(page);
  assert.match(await questions(page).first().textContent(), /Send me/);
  assert.match(await answers(page).first().textContent(), /second/);
  await page.goBack();
  await page.goto('/');
  await composer(page).waitFor();

  await configure({ autoSubmitFromUrl: false });
  await until(async () => {
    await page.goto('/c/new?prompt=Not%20sent&submit=true');
    await composer(page).waitFor();
    return (await composer(page).inputValue()) === 'Not sent';
  }, 'the message that waits');
});

world.test(
  'whoever makes an account can read the terms first, in fields of one height',
  async () => {
    await configure({ termsOfService: { externalUrl: 'https://example.org/terms' } });
    await until(async () => {
      const page = await world.open('/register', { user: null });
      await page.getByRole('heading', { name: 'Create an account' }).waitFor();
      const terms = page.getByRole('link', { name: 'Terms of service' });
      if ((await terms.count()) === 0) return false;
      assert.equal(await terms.getAttribute('href'), 'https://example.org/terms');
      const heights = await page
        .locator('form input')
        .evaluateAll((fields) => fields.map(({ offsetHeight }) => offsetHeight));
      assert.equal(new Set(heights).size, 1, `heights of the fields: ${heights}`);
      return true;
    }, 'the terms');
  },
);
