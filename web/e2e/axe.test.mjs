import assert from 'node:assert/strict';
import { accessible, readable } from './support/axe.mjs';
import { action, answers, ask, choose, finished, questions, send } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({
  models: ['echo'],
  provider: ['--argument', 'fetch_page={"url":"http://page.invalid/"}'],
  config: { auth: { registration: true } },
});

const rich = `## Ports

A [link](https://example.org), *emphasis*, \`code\` and a footnote-free table:

| port | ships |
|------|------:|
| Ahus | 12 |

- [x] done
- [ ] open

> A quotation.

\`\`\`js
const answer = 42; // why not
\`\`\`

$$\\int_0^1 x^2 dx$$
`;

// The narrow layout is the same up to 640 px: what fits into 320 fits into a phone.
const widths = [
  { name: '1440 px', viewport: { width: 1440, height: 900 } },
  { name: '320 px', viewport: { width: 320, height: 640 } },
];

for (const { name, viewport } of widths) {
  const options = { viewport, reducedMotion: 'reduce', colorScheme: 'light' };
  const narrow = viewport.width < 640;

  /** Judges the page, light, dark and with more contrast: no rule is broken, nothing is wider than it. */
  async function judge(page, what) {
    await accessible(page, `${what}, light, ${name}`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await readable(page, `${what}, dark, ${name}`);
    await page.emulateMedia({ contrast: 'more' });
    await readable(page, `${what}, dark with more contrast, ${name}`);
    await page.emulateMedia({ colorScheme: 'light' });
    await readable(page, `${what}, light with more contrast, ${name}`);
    await page.emulateMedia({ contrast: 'no-preference' });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${what}, ${name}: ${over} px too wide`);
  }

  world.test(`the doors are accessible: ${name}`, async () => {
    const page = await world.open('/', { user: null, ...options });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await judge(page, 'sign-in');
    await page.getByRole('textbox', { name: 'Email' }).fill('nobody@example.org');
    await page.getByLabel('Password', { exact: true }).fill('wrong password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    await judge(page, 'a refused sign-in');
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByRole('heading', { name: 'Create an account' }).waitFor();
    await judge(page, 'registration');
  });

  world.test(`a chat and what opens over it are accessible: ${name}`, async () => {
    const page = await world.open('/', options);
    await page.getByRole('heading', { name: /^Good / }).waitFor();
    await judge(page, 'home');
    await page.getByRole('button', { name: 'Parameters' }).click();
    await page.getByLabel('Temperature', { exact: true }).fill('0.5');
    await judge(page, 'the parameters');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: /preset/i }).click();
    await page.getByRole('dialog', { name: /preset/i }).waitFor();
    await judge(page, 'the presets');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: /preset/i }).waitFor({ state: 'hidden' });
    await send(page, rich);
    await answers(page).waitFor();
    await finished(page);
    await judge(page, 'a chat');

    await action(questions(page), 'Edit');
    await judge(page, 'editing');
    const field = page.getByRole('form', { name: 'Edit the message' }).getByRole('textbox');
    await field.fill('Shorter');
    await field.press('Enter');
    await questions(page).getByText('2/2').waitFor();
    await finished(page);
    await questions(page).getByRole('button', { name: 'edited', exact: true }).click();
    await page.getByRole('dialog', { name: 'Earlier version' }).waitFor();
    await judge(page, 'the earlier version');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Earlier version' }).waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: /^Model:/ }).click();
    await page.getByRole('dialog', { name: /model/i }).waitFor();
    await judge(page, 'the model picker');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: /model/i }).waitFor({ state: 'hidden' });

    await action(answers(page), 'More');
    await page.getByRole('menuitem', { name: 'Delete message' }).waitFor();
    await judge(page, 'the menu of a message');
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'hidden' });

    await ask(page, 'to be deleted');
    await choose(page, answers(page).nth(1), 'Delete message');
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await judge(page, 'a note with undo');
  });

  world.test(`what an answer did and how it failed are accessible: ${name}`, async () => {
    const page = await world.open('/', options);
    await send(page, 'script:reasoning-5+call-fetch_page+tokens-5 Look it up');
    await page.getByRole('region', { name: /^Allow/ }).waitFor();
    await judge(page, 'an approval');
    await page.getByRole('button', { name: 'Allow once' }).click();
    await finished(page);
    await answers(page).getByRole('button', { expanded: false }).first().click();
    await judge(page, 'activity');
    await send(page, 'script:status-401 Fail');
    await answers(page).nth(1).getByRole('alert').waitFor();
    await answers(page).nth(1).getByText('What the provider said').click();
    await judge(page, 'a failure');
  });

  world.test(`list, menus and settings are accessible: ${name}`, async () => {
    const page = await world.open('/', options);
    if (narrow) {
      await page.getByRole('button', { name: 'Chats', exact: true }).click();
      await page.getByRole('dialog', { name: 'Chats' }).waitFor();
    }
    await judge(page, 'the list of chats');
    await page.getByRole('searchbox', { name: /Find a chat/ }).fill('no such title');
    await page.getByText('No chat has “no such title” in its title.').waitFor();
    await judge(page, 'a filter that finds nothing');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Ada Lovelace' }).click();
    await page.getByRole('menuitem', { name: 'Settings' }).waitFor();
    await judge(page, 'the account menu');
    await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await judge(page, 'the shortcuts');
    for (const section of [
      'profile',
      'appearance',
      'language',
      'keyboard',
      'models',
      'presets',
      'tools',
      'usage',
      'security',
      'keys',
      'providers',
      'people',
      'groups',
      'budgets',
      'model-list',
      'configuration',
      'server',
    ]) {
      await page.goto(`/settings/${section}`);
      await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
      await page
        .getByRole('main')
        .locator('button, input:not([type=hidden]), select')
        .first()
        .waitFor();
      await judge(page, `settings: ${section}`);
    }
    await page.goto(`/c/${crypto.randomUUID()}`);
    await page.getByText('This chat does not exist, or it is not yours.').waitFor();
    await judge(page, 'a chat that does not exist');
    await page.goto('/no-such-page');
    await page.getByRole('main').waitFor();
    await judge(page, 'a page that does not exist');
  });
}
