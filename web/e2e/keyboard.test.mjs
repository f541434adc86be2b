import assert from 'node:assert/strict';
import { answers, chatList, composer, finished, questions } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({ models: ['scripted'], provider: ['--default', 'reasoning-6+tokens-8'] });

/** Presses Tab until the focus is on the element. */
async function tabTo(page, locator, key = 'Tab') {
  for (let presses = 0; presses < 80; presses++) {
    const there = await locator
      .first()
      .evaluate((element) => element === document.activeElement)
      .catch(() => false);
    if (there) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${locator} is not reached by ${key}`);
}

/** Whether the focused element shows that it is. */
async function showsFocus(page) {
  return page.evaluate(() => {
    for (let at = document.activeElement; at && at !== document.body; at = at.parentElement) {
      const { outlineStyle, outlineWidth, borderColor } = getComputedStyle(at);
      if (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) return true;
      if (at.matches(':focus-within') && borderColor !== 'rgb(0, 0, 0)' && at.tagName === 'FORM')
        return true;
    }
    return false;
  });
}

world.test(
  'sign in, ask, read what the model did, edit and settings, without a pointer',
  async () => {
    const page = await world.open('/', { user: null });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.keyboard.type(world.me.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(world.me.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Good / }).waitFor();

    await tabTo(page, composer(page));
    await page.keyboard.type('A question');
    await page.keyboard.press('Enter');
    await answers(page).waitFor();
    await finished(page);

    const activity = answers(page).getByRole('button', { name: /Thought about it/ });
    await tabTo(page, activity, 'Shift+Tab');
    assert.ok(await showsFocus(page), 'the focus is seen');
    await page.keyboard.press('Enter');
    await answers(page)
      .getByText(/r0001.*r0006/)
      .waitFor();

    await tabTo(page, questions(page).getByRole('button', { name: 'Edit' }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.type(', better put');
    await page.keyboard.press('Enter');
    await questions(page).getByText('2/2').waitFor();
    await finished(page);

    await page.keyboard.press('Alt+ArrowLeft');
    await questions(page).getByText('1/2').waitFor();
    await tabTo(page, questions(page).getByRole('button', { name: 'Next version' }));
    await page.keyboard.press('Enter');
    await questions(page).getByText('2/2').waitFor();

    await tabTo(page, questions(page).getByRole('button', { name: 'Copy' }));
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor();
    await tabTo(page, page.getByRole('link', { name: 'Appearance' }));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByRole('radio', { name: 'System' }));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  },
);

world.test(
  'the list of chats, the menus and the sheet of shortcuts open and close by keys',
  async () => {
    const page = await world.open();
    await tabTo(page, page.getByRole('link', { name: 'Parley' }));
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.getByText('New chat').waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });

    await page.keyboard.press('Control+k');
    await page.waitForFunction(() => document.activeElement?.id === 'chat-filter');
    await tabTo(page, chatList(page).getByRole('link'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor({ state: 'hidden' });

    await page.keyboard.press('Control+Shift+m');
    const picker = page.getByRole('dialog', { name: /model/i });
    await picker.waitFor();
    await page.keyboard.press('Escape');
    await picker.waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+Shift+s');
    await chatList(page).waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+Shift+s');
    await chatList(page).waitFor();
  },
);
