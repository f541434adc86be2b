import assert from 'node:assert/strict';
import { accessible } from './support/axe.mjs';
import { phone } from './support/browser.mjs';
import { openWorld, until } from './support/world.mjs';

const world = openWorld({
  models: ['tokens-5'],
  config: { auth: { registration: false } },
});

/** Forms over a settings page: where they are, what opens them, and what they are called. */
const forms = [
  ['people', 'Add person', 'Add person'],
  ['groups', 'New group', 'New group'],
  ['budgets', 'New budget', 'New budget'],
  ['model-list', 'Curate a model', 'Curate a model'],
  ['keys', 'New key', 'New API key'],
  ['presets', 'New preset', 'New preset'],
  ['profile', 'Delete account…', 'Delete your account?'],
];

/** Whether the focus is inside. */
function holdsFocus(dialog) {
  return dialog.evaluate((element) => element.contains(document.activeElement));
}

world.test(
  'forms keep the focus, survive a press beside them, and give the focus back',
  async () => {
    const page = await world.open('/', { colorScheme: 'dark', reducedMotion: 'reduce' });
    for (const [section, opener, name] of forms) {
      await page.goto(`/settings/${section}`);
      const button = page.getByRole('main').getByRole('button', { name: opener }).first();
      await button.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name });
      await dialog.getByRole('textbox').or(dialog.getByRole('combobox')).first().waitFor();
      await until(() => holdsFocus(dialog), `the focus in “${name}”`);
      await accessible(page, `${name}, dark`);
      for (const key of ['Tab', 'Shift+Tab']) {
        for (let presses = 0; presses < 20; presses += 1) {
          await page.keyboard.press(key);
          await until(() => holdsFocus(dialog), `the focus in “${name}” after ${key}`);
        }
      }
      await page.mouse.click(5, 5);
      assert.ok(await dialog.isVisible(), `${name} stays when something beside it is pressed`);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await until(
        () => button.evaluate((element) => element === document.activeElement),
        `the focus back on “${opener}”`,
      );
    }
  },
);

world.test(
  'on a phone the buttons of every form stand at its end, and nothing shows below',
  async () => {
    const page = await world.open('/', {
      viewport: phone,
      hasTouch: true,
      colorScheme: 'dark',
      reducedMotion: 'reduce',
    });
    for (const [section, opener, name] of forms) {
      await page.goto(`/settings/${section}`);
      await page.getByRole('main').getByRole('button', { name: opener }).first().click();
      const dialog = page.getByRole('dialog', { name });
      const cancel = dialog.getByRole('button', { name: 'Cancel' });
      await cancel.waitFor();
      await accessible(page, `${name}, dark, on a phone`);
      const { below, height } = await cancel.evaluate((element) => {
        const { bottom, height } = element.getBoundingClientRect();
        const under = document.elementFromPoint(
          innerWidth / 4,
          Math.min(bottom + 8, innerHeight - 2),
        );
        return { below: under?.closest('input, textarea, label') !== null, height };
      });
      assert.equal(below, false, `${name}: a field shows under the buttons`);
      assert.ok(height >= 44, `${name}: Cancel is ${height} px high`);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
  },
);

world.test('a dialog that a menu opened gives the focus back to its button', async () => {
  const page = await world.open('/settings/groups');
  await page.getByRole('button', { name: 'New group' }).first().click();
  await page.getByRole('dialog').getByLabel('Name').fill('Navy');
  await page.keyboard.press('Enter');
  const button = page.getByRole('button', { name: 'More for Navy' });
  for (const [item, name] of [
    ['Edit', 'Edit the group'],
    ['Delete', /Navy/],
  ]) {
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: item }).waitFor();
    await page.keyboard.press(item[0]);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name });
    await until(() => holdsFocus(dialog), `the focus in the dialog of ${item}`);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await until(
      () => button.evaluate((element) => element === document.activeElement),
      `the focus back after ${item}`,
    );
  }
});

world.test('what is known of a model is corrected, and taken back', async () => {
  const page = await world.open('/settings/model-list', { colorScheme: 'dark' });
  await page.getByRole('button', { name: /^Bench/ }).click();
  await page.getByRole('button', { name: 'About tokens-5' }).click();
  const dialog = page.getByRole('dialog', { name: 'tokens-5' });
  await dialog.getByLabel('Name', { exact: true }).fill('Five words');
  await accessible(page, 'what is known of a model, dark');
  assert.ok(await dialog.getByRole('button', { name: 'Save' }).isVisible());
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'About Five words' }).click();
  await page.getByRole('button', { name: 'Back to what is known' }).click();
  await page.getByRole('button', { name: 'About tokens-5' }).waitFor();
});

world.test('a key that is shown once stays until it is put away', async () => {
  const page = await world.open('/settings/keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Backup');
  await page.getByRole('button', { name: 'Make key' }).click();
  const made = page.getByRole('dialog', { name: 'Copy your key now' });
  await made.waitFor();
  await page.mouse.click(5, 5);
  assert.match(await made.getByLabel('Backup').inputValue(), /^pk_/);
  await made.getByRole('button', { name: 'Done' }).click();
  await made.waitFor({ state: 'detached' });
});
