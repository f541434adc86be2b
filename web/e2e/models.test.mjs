import assert from 'node:assert/strict';
import { after } from 'node:test';
import { accessible, readable } from './support/axe.mjs';
import { answers, composer, finished, send } from './support/chat.mjs';
import { Provider } from './support/provider.mjs';
import { openWorld, until } from './support/world.mjs';

const provider = await Provider.start(['--default', 'tokens-5']);
after(() => provider.close());

/** A provider of the configuration; its name says how it is spoken to. */
function endpoint(name, models, more = {}) {
  const baseURL = `${provider.url}/v1`;
  return { name, apiKey: 'x', baseURL, models: { default: models }, titleConvo: false, ...more };
}

const openai = endpoint('OpenAI', ['gpt-5.4', 'gpt-4o', 'o1']);
const anthropic = endpoint('Anthropic', ['claude-sonnet-4-5'], { provider: 'anthropic' });
const thousands = Array.from({ length: 1500 }, (_, at) => `model-${String(at).padStart(4, '0')}`);

const world = openWorld({
  configured: false,
  config: { endpoints: { custom: [openai, anthropic, endpoint('Many', thousands)] } },
});

const picker = (page) => page.getByRole('button', { name: /^Model:/ });
const search = (page) => page.getByRole('combobox', { name: 'Search models' });
const option = (page, name) => page.getByRole('option', { name });
const about = (page) => page.getByRole('region', { name: 'About this model' });
const parameters = (page) => page.getByRole('button', { name: /^Parameters/ });
const temperature = (page) => page.getByLabel('Temperature', { exact: true });

async function choose(page, model) {
  await picker(page).click();
  await search(page).fill(model);
  await option(page, new RegExp(`^${model}`, 'i')).click();
}

/** What the provider was asked last. */
async function lastRequest() {
  const calls = await provider.calls();
  const { body } = calls.at(-1);
  return body;
}

world.test('the list is searched and explained by the keyboard alone', async () => {
  const page = await world.open();
  await composer(page).waitFor();
  await page.keyboard.press('Control+Shift+M');
  await search(page).fill('reads long documents');
  await option(page, /^Claude/).waitFor({ state: 'detached' });
  await search(page).fill('gpt-4o');
  await about(page).getByText('GPT-4o', { exact: true }).waitFor();
  await about(page).getByText('Oct 2023').waitFor();
  await search(page).fill('o1');
  await about(page).getByText('Being retired').waitFor();
  await search(page).press('Enter');
  await picker(page).filter({ hasText: 'o1' }).waitFor();
  const writing = () => composer(page).evaluate((field) => field === document.activeElement);
  await until(writing, 'the focus in the message');
});

world.test('a pinned model stands first, a hidden one is gone, also after a reload', async () => {
  const page = await world.open('/', { user: await world.server.user('Pin Ner') });
  await picker(page).click();
  await search(page).fill('sonnet');
  await about(page).getByRole('button', { name: 'Pin' }).click();
  await about(page).getByRole('button', { name: 'Unpin' }).waitFor();
  await search(page).fill('gpt-4o');
  await about(page).getByText('OpenAI/gpt-4o').waitFor();
  await about(page).getByRole('button', { name: 'Hide' }).click();
  await page.getByText('No model matches “gpt-4o”.').waitFor();
  await page.reload();
  await picker(page).click();
  await option(page, /^Claude Sonnet 4.5/)
    .first()
    .waitFor();
  assert.match(await page.getByRole('option').first().textContent(), /^C?Claude Sonnet 4\.5/);

  await page.goto('/settings/models');
  await page.getByRole('button', { name: /^OpenAI/ }).click();
  const shown = page.getByRole('switch', { name: 'Show GPT-4o' });
  assert.equal(await shown.getAttribute('aria-checked'), 'false');
  await shown.click();
  await page.getByRole('button', { name: 'Move OpenAI down' }).click();
  await page.goto('/');
  await picker(page).click();
  await search(page).fill('gpt-4o');
  await option(page, /^GPT-4o/).waitFor();
});

world.test('what an administrator hides leaves the lists of others while they look', async () => {
  const page = await world.open('/', { user: await world.server.user('Bea Holder') });
  await picker(page).click();
  await search(page).fill('sonnet');
  await option(page, /^Claude Sonnet/).waitFor();
  const admin = await world.open('/settings/model-list');
  await admin.getByRole('switch', { name: 'Show Anthropic' }).click();
  await page.getByText('No model matches “sonnet”.').waitFor();
  await admin.getByRole('button', { name: 'Reset', exact: true }).click();
  await option(page, /^Claude Sonnet/).waitFor();
});

world.test('an administrator knows better what a model is called and can do', async () => {
  const page = await world.open();
  await picker(page).click();
  await search(page).fill('gpt-4o');
  await option(page, /^GPT-4o/).waitFor();
  const admin = await world.open('/settings/model-list');
  await admin.getByRole('button', { name: /^OpenAI/ }).click();
  await admin.getByRole('button', { name: 'About GPT-4o' }).click();
  const form = admin.getByRole('dialog');
  await form.getByLabel('Name').fill('Our GPT');
  await form.getByLabel('US$ per million tokens in').fill('7');
  await form.getByLabel('Hears sound').selectOption('yes');
  await form.getByRole('button', { name: 'Save' }).click();
  await option(page, /^Our GPT/).waitFor();
  await about(page).getByText('US$7.00 in').waitFor();
  await about(page).getByText('text, pictures, documents, sound').waitFor();
  await admin.getByRole('button', { name: 'About Our GPT' }).click();
  await form.getByRole('button', { name: 'Back to what is known' }).click();
  await option(page, /^GPT-4o/).waitFor();
});

/** Whether something is where it can be seen, and not scrolled away. */
const isInSight = (element) =>
  new Promise((tell) => {
    const observer = new IntersectionObserver(([seen]) => {
      observer.disconnect();
      tell(seen.isIntersecting);
    });
    observer.observe(element);
  });

world.test('of two administrators who change a curated model the later one is told', async () => {
  const page = await world.open('/settings/model-list');
  const headers = { origin: world.server.url };
  const body = { label: 'Sketches', model: 'OpenAI/gpt-4o', group: 'Studio' };
  const made = await page.request.post('/api/models/specs', { data: body, headers });
  assert.equal(made.status(), 200, await made.text());
  await page.reload();
  const dialog = page.getByRole('dialog', { name: 'Edit the curated model' });
  await page.getByRole('button', { name: 'More for Sketches' }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await dialog.getByLabel('Pictures', { exact: true }).selectOption('It takes none');
  await dialog.getByRole('button', { name: 'Choose a picture of the group' }).waitFor();

  const path = '/api/models/specs/sketches';
  const other = await page.request.put(path, { data: { ...body, speaker: 'Ink' }, headers });
  assert.equal(other.status(), 200, await other.text());
  await dialog.getByRole('button', { name: 'Save' }).click();
  const told = dialog.getByText('Someone else has changed this curated model');
  await told.waitFor();
  await until(() => told.evaluate(isInSight), 'the refusal in sight');
  assert.equal(await dialog.getByLabel('Pictures', { exact: true }).inputValue(), 'no');
  await accessible(page, 'a curated model that another one has changed');
  await dialog.getByRole('button', { name: 'Load again' }).click();
  await dialog.getByText('Someone else').waitFor({ state: 'detached' });
  assert.equal(await dialog.getByLabel('Answers come from').inputValue(), 'Ink');
  await dialog.getByLabel('Pictures', { exact: true }).selectOption('It takes none');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const { items } = await (await page.request.get('/api/models/specs')).json();
  const saved = items.find(({ name }) => name === 'sketches');
  assert.deepEqual([saved.vision, saved.speaker, saved.revision], [false, 'Ink', 3]);
  assert.equal((await page.request.delete(path, { headers })).status(), 204);
});

world.test('an administrator curates models, and takes a change of one back', async () => {
  const page = await world.open('/settings/model-list');
  const guest = await world.open('/', { user: await world.server.user('Curious Guest') });
  await page.getByText('None yet. Name what people need').waitFor();
  await page.getByRole('button', { name: 'Curate a model' }).click();
  const dialog = page.getByRole('dialog', { name: 'Curate a model' });
  await dialog.getByLabel('Name').fill('Contracts');
  await dialog.getByRole('button', { name: 'Model: Choose a model' }).click();
  await search(page).fill('gpt-4o');
  await option(page, /^gpt-4o/i).click();
  await dialog.getByLabel('Instructions').fill('Read like a lawyer.');
  await dialog.getByLabel('Temperature').fill('0.1');
  await dialog.getByLabel('Greeting').fill('Which contract is it?');
  await dialog.getByLabel('Suggestions').fill('Sum it up\nFind the traps');
  await dialog.getByLabel('Answers come from').fill('The lawyer');
  await dialog.getByLabel('Place').fill('1');
  await dialog.getByLabel('Every new chat begins with it').check();
  await accessible(page, 'curating a model');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'More for Contracts' }).waitFor();
  await dialog.waitFor({ state: 'hidden' });
  const saved = page.getByText('“Contracts” saved');
  await saved.waitFor();
  await saved.waitFor({ state: 'hidden' }); // what comes and goes cannot be judged
  await accessible(page, 'the curated models');

  await guest.reload();
  await guest.getByRole('button', { name: 'Model: Contracts' }).waitFor();
  await guest.getByRole('heading', { name: 'Which contract is it?' }).waitFor();
  // What its instructions take shows before anything is asked.
  await guest.getByRole('img', { name: /of 128,000 tokens of context/ }).waitFor();
  await guest.getByRole('button', { name: 'Find the traps' }).click();
  await finished(guest);
  await guest.getByRole('article', { name: /^The lawyer/ }).waitFor();
  const body = await lastRequest();
  assert.deepEqual([body.model, body.temperature], ['gpt-4o', 0.1]);
  assert.equal(body.messages[0].content, 'Read like a lawyer.');

  const begin = page.getByRole('switch', { name: 'New chats begin with one of these' });
  await begin.click();
  await page.getByRole('button', { name: 'Reset New chats begin with one of these' }).click();
  await until(async () => !(await begin.isChecked()), 'what held before');
  await page.getByRole('switch', { name: 'Only these' }).click();
  await guest.goto('/');
  await picker(guest).click();
  await option(guest, /^Contracts/).waitFor();
  assert.equal(await guest.getByRole('option').count(), 1);

  await page.getByRole('button', { name: 'More for Contracts' }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Treaties');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'More for Treaties' }).waitFor();
  await page.goto('/settings/configuration');
  await page.getByText('Treaties', { exact: true }).waitFor(); // the field that is another one
  await accessible(page, 'the history');
  await page
    .getByRole('button', { name: /modelSpecs.contracts/ })
    .first()
    .click();
  await page.getByRole('button', { name: /enforceSpecs/ }).click();
  await page.goto('/settings/model-list');
  await page.getByRole('button', { name: 'More for Contracts' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'More for Contracts' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByText('None yet. Name what people need').waitFor();
});

world.test('of 1,500 models only those in sight are on the page', async (t) => {
  const page = await world.open('/', { user: await world.server.user('New Comer') });
  await picker(page).click(); // the code is there from here on
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('option').first().waitFor({ state: 'detached' });
  const millis = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const button = [...document.querySelectorAll('button')].find((one) =>
          one.textContent.startsWith('Model:'),
        );
        const begin = performance.now();
        button.click();
        const look = () =>
          document.querySelector('[role=option]')
            ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begin)))
            : requestAnimationFrame(look);
        look();
      }),
  );
  t.diagnostic(`the list of 1,504 models is painted after ${Math.round(millis)} ms`);
  assert.ok((await page.getByRole('option').count()) < 100);
  assert.equal(await page.getByRole('option').first().getAttribute('aria-setsize'), '1504');
  await search(page).press('ArrowUp'); // from the first to the last
  const last = await search(page).getAttribute('aria-activedescendant');
  await page.locator(`[id="${last}"]`).waitFor();
  assert.match(await page.locator(`[id="${last}"]`).textContent(), /model-1499/);
});

world.test('the parameters take the focus from the keyboard, and give it back', async () => {
  const page = await world.open();
  await composer(page).waitFor();
  await choose(page, 'gpt-4o');
  await composer(page).focus();
  const panel = page.getByRole('complementary', { name: 'Parameters' });
  const inside = () => panel.evaluate((element) => element.contains(document.activeElement));
  const writing = () => composer(page).evaluate((field) => field === document.activeElement);
  for (const key of ['Escape', 'Control+.']) {
    await page.keyboard.press('Control+.');
    await until(inside, 'the focus in the parameters');
    await page.keyboard.press('Tab');
    await until(inside, 'the focus on what stands first in them');
    await page.keyboard.press(key);
    await panel.waitFor({ state: 'detached' });
    await until(writing, `the focus in the message after ${key}`);
  }
});

world.test('parameters go with each turn of their chat, and no other', async () => {
  const page = await world.open();
  await choose(page, 'gpt-4o');
  await parameters(page).click();
  await temperature(page).fill('0.3');
  await page.getByText('This model does not take it.').first().waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByLabel('Stop at').fill('END');
  await page.getByLabel('Stop at').press('Enter');
  await send(page, 'first');
  await finished(page);
  let body = await lastRequest();
  assert.deepEqual([body.temperature, body.stop], [0.3, ['END']]);

  await page.reload();
  await parameters(page).click();
  assert.equal(await temperature(page).inputValue(), '0.3');
  await page.getByRole('button', { name: 'Back to the default: Temperature' }).click();
  await send(page, 'second');
  await until(async () => (await answers(page).count()) === 2, 'two answers');
  await finished(page);
  body = await lastRequest();
  assert.deepEqual([body.temperature, body.stop], [undefined, ['END']]);

  await page.getByRole('button', { name: 'Reset all' }).click();
  await page.goto('/');
  await send(page, 'elsewhere');
  await finished(page);
  body = await lastRequest();
  assert.deepEqual([body.temperature, body.stop], [undefined, undefined]);
});

world.test(
  'the reasoning level is chosen beside the model, and rules a temperature out',
  async () => {
    const page = await world.open();
    await choose(page, 'gpt-5.4');
    await parameters(page).click();
    await temperature(page).waitFor();
    assert.equal(await temperature(page).isDisabled(), false);
    await page.getByRole('button', { name: /^Reasoning effort:/ }).click();
    await page.getByRole('menuitemcheckbox', { name: 'High', exact: true }).click();
    await until(() => temperature(page).isDisabled(), 'a temperature that is ruled out');
    await send(page, 'think');
    await finished(page);
    assert.equal(
      (await lastRequest()).reasoning_effort ?? (await lastRequest()).reasoning?.effort,
      'high',
    );
    // Another model in mid-chat: it has no levels, and is sent none.
    await choose(page, 'gpt-4o');
    await page.getByRole('button', { name: /^Reasoning effort:/ }).waitFor({ state: 'detached' });
    await send(page, 'and now');
    await until(async () => (await answers(page).count()) === 2, 'two answers');
    await finished(page);
    const body = await lastRequest();
    assert.equal(body.model, 'gpt-4o');
    assert.equal(body.reasoning_effort ?? body.reasoning?.effort, undefined);
  },
);

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]) {
  world.test(`all of it is accessible at ${viewport.width} px`, async () => {
    const page = await world.open('/', { viewport, reducedMotion: 'reduce', colorScheme: 'light' });
    const judge = async (what) => {
      await accessible(page, `${what}, light`);
      await page.emulateMedia({ colorScheme: 'dark' });
      await readable(page, `${what}, dark`);
      await page.emulateMedia({ colorScheme: 'light' });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${what}: ${over} px too wide`);
    };
    await picker(page).click();
    await page.getByRole('option').first().waitFor();
    await judge('the picker');
    await page.keyboard.press('Escape');
    await parameters(page).click();
    await temperature(page).waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await judge('the parameters');
    await page.goto('/settings/models');
    await page.getByRole('button', { name: /^OpenAI/ }).click();
    await judge('the layout');
    await page.getByRole('button', { name: 'About GPT-4o' }).click();
    await page.getByRole('dialog').waitFor();
    await judge('the details');
  });
}

const house = {
  name: 'house',
  label: 'House model',
  description: 'For all of us.',
  default: true,
  preset: {
    endpoint: 'OpenAI',
    model: 'gpt-4o',
    temperature: 0.1,
    promptPrefix: 'Answer in one sentence.',
  },
};
const closed = openWorld({
  configured: false,
  config: {
    endpoints: { custom: [openai, anthropic] },
    modelSpecs: {
      enforce: true,
      list: [
        house,
        {
          name: 'quick',
          group: 'Drafts',
          preset: { endpoint: 'Anthropic', model: 'claude-sonnet-4-5' },
        },
      ],
    },
  },
});

closed.test('enforced model specs are all there is', async () => {
  const page = await closed.open();
  await picker(page).filter({ hasText: 'House model' }).click();
  await page.getByRole('option').first().waitFor();
  const names = await page.getByRole('option').allTextContents();
  assert.equal(names.length, 2);
  await page.getByText('Drafts', { exact: true }).first().waitFor();
  await page.keyboard.press('Escape');
  await send(page, 'hello');
  await finished(page);
  const body = await lastRequest();
  assert.deepEqual([body.model, body.temperature], ['gpt-4o', 0.1]);
  assert.match(JSON.stringify(body.messages[0]), /Answer in one sentence/);
  const refused = await page.request.post(`/api/chats/${crypto.randomUUID()}/turns`, {
    data: { text: 'hi', model: 'OpenAI/gpt-4o' },
    headers: { origin: closed.server.url },
  });
  assert.equal(refused.status(), 404);
  assert.equal((await refused.json()).code, 'model_not_found');
});
