import assert from 'node:assert/strict';
import { accessible } from './support/axe.mjs';
import { phone } from './support/browser.mjs';
import { answers, ask, composer, finished, send } from './support/chat.mjs';
import { openWorld, until } from './support/world.mjs';

const world = openWorld({ models: ['tokens-5', 'tokens-9'] });

/** Calls the API as a page's user does. */
async function call(page, method, path, data) {
  const response = await page.context().request.fetch(path, {
    method,
    data,
    headers: { origin: world.server.url },
  });
  assert.ok(response.ok(), `${method} ${path}: ${response.status()} ${await response.text()}`);
  return response.status() === 204 ? null : response.json();
}

function save(page, name, fields = {}) {
  return call(page, 'POST', '/api/presets', { name, model: 'Bench/tokens-9', ...fields });
}

/** What the provider was sent last. */
async function lastAsked() {
  const { calls } = await (await fetch(`${world.provider.url}/control/calls`)).json();
  return calls.at(-1).body;
}

/** The button that says which preset is in force. */
function opener(page, name = /Choose a preset|Preset:/) {
  return page.getByRole('form', { name: 'Write a message' }).getByRole('button', { name });
}

let count = 0;

/** A page of someone who has no presets yet. */
async function stranger(options) {
  const user = await world.server.user(`Guest ${++count}`);
  return world.open('/', { user, ...options });
}

world.test('a preset is saved from the composer and sets the next chat up', async () => {
  const page = await stranger();
  await opener(page).click();
  await page.getByRole('button', { name: 'Save as preset' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save as preset' });
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Pirate');
  await dialog.getByRole('textbox', { name: 'Instructions' }).fill('Talk like a pirate.');
  await dialog.getByRole('spinbutton', { name: 'Temperature' }).fill('0.5');
  await dialog.getByRole('button', { name: 'Choose an icon' }).click();
  await page.getByRole('button', { name: '🏴' }).click();
  await accessible(page, 'saving a preset');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('“Pirate” saved').waitFor();

  await page.keyboard.press('Control+Shift+y');
  await page.getByRole('combobox', { name: 'Search presets' }).fill('pir');
  await accessible(page, 'the choice of a preset');
  await page.keyboard.press('Enter');
  await opener(page, 'Preset: Pirate').waitFor();
  await ask(page, 'Where is the treasure?');
  const asked = await lastAsked();
  assert.equal(asked.messages[0].content, 'Talk like a pirate.');
  assert.equal(asked.temperature, 0.5);
  await opener(page, 'Preset: Pirate').waitFor();
  await page.reload(); // the server knows
  await opener(page, 'Preset: Pirate').waitFor();

  // The panel says what the preset sets; what is set there goes over it, and into the next preset.
  await page.getByRole('button', { name: /^Parameters/ }).click();
  const panel = page.getByRole('complementary', { name: 'Parameters' });
  await panel.getByPlaceholder('0.5').fill('0.9');
  await opener(page).click();
  await page.getByRole('button', { name: 'Save as preset' }).click();
  assert.equal(await dialog.getByRole('spinbutton', { name: 'Temperature' }).inputValue(), '0.9');
  assert.equal(
    await dialog.getByRole('textbox', { name: 'Instructions' }).inputValue(),
    'Talk like a pirate.',
  );
  await page.keyboard.press('Escape');
  await panel.getByRole('button', { name: 'Reset all' }).click();
  await panel.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: 'Go on without the preset' }).click();
  await opener(page, 'Choose a preset').waitFor();
  await ask(page, 'And now?');
  assert.equal((await lastAsked()).messages[0].role, 'user');
});

world.test('an @ in the message offers presets and models', async () => {
  const page = await stranger();
  await save(page, 'Short answers', { instructions: 'Be brief.' });
  await page.reload();
  await composer(page).pressSequentially('@short');
  const list = page.getByRole('listbox', { name: 'Presets and models' });
  await list.getByRole('option', { name: /Short answers/ }).waitFor();
  await accessible(page, 'the list after an @');
  await page.keyboard.press('Enter');
  await list.waitFor({ state: 'detached' });
  assert.equal(await composer(page).inputValue(), '');
  await opener(page, 'Preset: Short answers').waitFor();

  await composer(page).pressSequentially('hello @tokens-5');
  await list.getByRole('option', { name: /tokens-5/ }).waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await composer(page).inputValue(), 'hello ');
  await page.getByRole('button', { name: 'Model: tokens-5' }).waitFor();

  // Escape leaves the text alone, and Enter then sends it.
  await composer(page).fill('');
  await composer(page).pressSequentially('say @sh');
  await list.waitFor();
  await page.keyboard.press('Escape');
  await list.waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await finished(page);
  const asked = await lastAsked();
  assert.deepEqual(
    asked.messages.map(({ content }) => content),
    ['Be brief.', 'say @sh'],
  );
});

world.test('switching in mid-chat asks, and old chats keep what they were made with', async () => {
  const page = await stranger();
  const poet = await save(page, 'Poet', { instructions: 'Rhyme.' });
  await save(page, 'Judge', { instructions: 'Judge.' });
  await page.reload();
  await composer(page).pressSequentially('@poet');
  await page.getByRole('option', { name: /Poet/ }).click();
  await ask(page, 'one');
  const chat = page.url();

  await opener(page).click();
  await page.getByRole('option', { name: /Judge/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Switch to “Judge”?' });
  await accessible(page, 'switching');
  await dialog.getByRole('button', { name: 'Go on here' }).click();
  await opener(page, 'Preset: Judge').waitFor();
  await ask(page, 'two');
  assert.equal((await lastAsked()).messages[0].content, 'Judge.');

  // A branch: the question stays, and both answers can be read.
  await opener(page).click();
  await page.getByRole('option', { name: /Poet/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Branch' }).click();
  await answers(page).getByText('2/2').waitFor();
  await finished(page);
  const branched = (await lastAsked()).messages;
  assert.deepEqual([branched[0].content, branched.at(-1).content], ['Rhyme.', 'two']);
  await opener(page).click();
  await page.getByRole('option', { name: /Judge/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Go on here' }).click();
  await opener(page, 'Preset: Judge').waitFor();

  await opener(page).click();
  await page.getByRole('option', { name: /Poet/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'New chat' }).click();
  await page.waitForURL(`${world.server.url}/`);
  await opener(page, 'Preset: Poet').waitFor();
  await send(page, 'three');
  await finished(page);
  assert.equal((await lastAsked()).messages[0].content, 'Rhyme.');

  await call(page, 'PATCH', `/api/presets/${poet.id}`, { instructions: 'Rhyme better.' });
  await opener(page, 'Preset: Poet has changed since').waitFor();
  await ask(page, 'four');
  assert.equal((await lastAsked()).messages[0].content, 'Rhyme.');
  await opener(page).click();
  await page.getByRole('button', { name: 'Take the new one' }).click();
  await opener(page, 'Preset: Poet').waitFor();
  await until(async () => {
    await ask(page, 'five');
    return (await lastAsked()).messages[0].content === 'Rhyme better.';
  }, 'the new version');
  await page.goto(chat);
  await opener(page, 'Preset: Judge').waitFor();
});

world.test('presets are managed in the settings', async () => {
  const page = await stranger();
  await page.goto('/settings/presets');
  await page.getByText('No presets yet.').waitFor();
  await accessible(page, 'no presets');
  for (const name of ['First', 'Second']) await save(page, name);
  const old = await save(page, 'Old', { model: 'Bench/tokens-8' });
  assert.equal(old.gone, true);
  await page.getByText('Model is gone').waitFor(); // the page hears of it
  await accessible(page, 'presets');

  const more = async (name, item) => {
    await page.getByRole('button', { name: `More for ${name}` }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await more('Second', 'Move up');
  await until(async () => {
    const names = await page
      .getByRole('button', { name: /^Edit / })
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    return names.join() === 'Edit Second,Edit First,Edit Old';
  }, 'the new order');
  await more('First', 'Make it the default');
  await page.getByText('Default', { exact: true }).waitFor();
  await more('Second', 'Duplicate');
  await page.getByText('Second (copy)', { exact: true }).waitFor();
  await more('Second (copy)', 'Delete');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Second (copy)', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Edit Old' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit the preset' });
  await dialog.getByText('tokens-8 is not available any more.').waitFor();
  await accessible(page, 'a preset whose model is gone');
  await dialog.getByRole('button', { name: /^Use tokens-/ }).click();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Model is gone').waitFor({ state: 'detached' });

  await page.goto('/');
  await opener(page, 'Preset: First').waitFor(); // the default
});

world.test('a preset is shared with a person, who uses it and cannot change it', async () => {
  const page = await stranger();
  const other = await stranger();
  await save(page, 'Ours', { instructions: 'Be kind.' });
  await page.goto('/settings/presets');
  await page.getByRole('button', { name: 'More for Ours' }).click();
  await page.getByRole('menuitem', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share “Ours”' });
  await dialog.getByRole('combobox', { name: 'Add people or groups' }).fill(`Guest ${count}`);
  await dialog.getByRole('option', { name: `Guest ${count}` }).waitFor();
  await accessible(page, 'sharing');
  await page.keyboard.press('Enter');
  await dialog.getByRole('combobox', { name: `Guest ${count}` }).waitFor();
  await page.mouse.click(5, 5);
  assert.ok(await dialog.isVisible(), 'a press beside it keeps what was chosen');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Shared', { exact: true }).waitFor();

  await composer(other).pressSequentially('@ours');
  await other.getByRole('option', { name: /Ours/ }).waitFor(); // without a reload
  await other.keyboard.press('Enter');
  await ask(other, 'hello');
  assert.equal((await lastAsked()).messages[0].content, 'Be kind.');
  await other.goto('/settings/presets');
  await other.getByRole('heading', { name: 'Shared with you' }).waitFor();
  assert.equal(await other.getByRole('button', { name: 'Edit Ours' }).count(), 0);
});

world.test('groups are made and filled by an administrator', async () => {
  const page = await world.open('/settings/groups');
  await world.server.user('Grace Hopper');
  await page.getByText('No groups yet.').waitFor();
  await page.getByRole('button', { name: 'New group' }).click();
  const dialog = page.getByRole('dialog', { name: 'New group' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Navy');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Members of Navy' }).click();
  const members = page.getByRole('dialog', { name: 'Members of Navy' });
  await members.getByRole('combobox', { name: 'Add people' }).fill('grace');
  await members.getByRole('option', { name: /Grace Hopper/ }).waitFor();
  await accessible(page, 'members of a group');
  await page.keyboard.press('Enter');
  await members.getByRole('button', { name: 'Remove Grace Hopper' }).waitFor();
  await page.mouse.click(5, 5);
  await members.getByRole('combobox', { name: 'Add people' }).fill('love'); // oneself
  await members.getByRole('option', { name: /Ada Lovelace/ }).click();
  await members.getByRole('button', { name: 'Remove Ada Lovelace' }).waitFor();
  await members.getByRole('button', { name: 'Done' }).click();
  await page.getByText('2 members').waitFor();
  await accessible(page, 'groups');
  await page.getByRole('button', { name: 'More for Navy' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No groups yet.').waitFor();
});

world.test('two hundred presets with long names fit on a phone', async () => {
  const page = await stranger({ viewport: phone, hasTouch: true });
  const presets = Array.from({ length: 200 }, (_, at) => ({
    title: at % 10 ? `Preset ${at}` : `Preset ${at} ${'with a very long name '.repeat(3)}`.trim(),
    endpoint: 'Bench',
    model: 'tokens-5',
  }));
  await call(page, 'POST', '/api/presets/import', { presets });
  await page.goto('/settings/presets');
  await page.getByRole('button', { name: 'More for Preset 199' }).waitFor();
  const overflow = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  assert.equal(await overflow(), 0);
  await page.goto('/');
  await opener(page).click();
  await page.getByRole('combobox', { name: 'Search presets' }).fill('preset 190');
  await page.getByRole('option', { name: /Preset 190 with/ }).click();
  await opener(page, /Preset: Preset 190/).waitFor();
  assert.equal(await overflow(), 0);
  await accessible(page, 'a long preset on a phone');
});
