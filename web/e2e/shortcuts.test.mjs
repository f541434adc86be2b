import assert from 'node:assert/strict';
import { chatList, composer, finished, send } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld();

const keysOf = (page, label) => page.getByRole('button', { name: `Keys of “${label}”` });

world.test('a shortcut gets other keys, says whose they are too, and is switched off', async () => {
  const page = await world.open('/settings/keyboard');
  await keysOf(page, 'Settings').click();
  await page.keyboard.press('Control+Shift+o');
  await page.getByText('“New chat” has these keys too.').waitFor();
  await page.getByRole('button', { name: 'Press the new keys' }).waitFor({ state: 'hidden' });
  await keysOf(page, 'Settings').click();
  await page.keyboard.press('Alt+q');
  await page.getByText('has these keys too').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Turn “Find a chat” off' }).click();
  await keysOf(page, 'Find a chat').getByText('off').waitFor();

  const other = await world.open('/');
  await composer(other).waitFor();
  await other.keyboard.press('Alt+q');
  await other.waitForURL('**/settings**');
  await other.keyboard.press('Escape');
  await other.evaluate(() => document.activeElement?.blur());
  await other.keyboard.press('?');
  const sheet = other.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.getByText('New chat').waitFor();
  assert.equal(await sheet.getByText('Find a chat').count(), 0, 'what is off is not in the sheet');

  await page.getByRole('button', { name: 'Reset all' }).click();
  await sheet.getByText('Find a chat').waitFor();
});

world.test('a finger that stays opens the menu of a chat and of a message', async () => {
  const page = await world.open('/', {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await send(page, 'Touch me');
  await finished(page);
  await stay(page, page.getByRole('article').last().getByText('t0001'));
  await page.getByRole('menuitem', { name: 'Delete message' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Chats' }).click();
  const row = chatList(page).getByRole('link', { name: 'Touch me' });
  await row.waitFor();
  await stay(page, row);
  await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
});

/** Puts a finger down and lifts it once the page has felt it stay. */
async function stay(page, target) {
  const box = await target.boundingBox();
  const touch = await page.context().newCDPSession(page);
  const at = { x: box.x + Math.min(box.width, 60) / 2, y: box.y + box.height / 2 };
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] });
  await page.locator('[data-pressed]').waitFor();
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}
