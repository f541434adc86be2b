import assert from 'node:assert/strict';
import { phone } from './support/browser.mjs';
import { answers, ask, composer, questions } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({ models: ['markdown-3000'], provider: [] });

const device = { viewport: phone, hasTouch: true, isMobile: true };

/** Nothing is wider than the page. */
async function fits(page) {
  const { wide, room } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    room: innerWidth,
  }));
  assert.ok(wide <= room, `${wide} px in ${room} px`);
}

world.test('a chat on a phone: drawer, composer, answer', async () => {
  const page = await world.open('/', device);
  await fits(page);
  await ask(page, 'Something to read on the way');
  await fits(page);
  const field = await composer(page).boundingBox();
  assert.ok(field.y + field.height <= phone.height, 'the composer is in sight');

  await page.getByRole('button', { name: 'Chats', exact: true }).tap();
  const drawer = page.getByRole('dialog', { name: 'Chats' });
  await drawer.getByRole('link', { name: 'New chat' }).tap();
  await drawer.waitFor({ state: 'hidden' });
  await page.getByRole('heading', { name: /^Good / }).waitFor();

  await page.getByRole('button', { name: 'Chats', exact: true }).tap();
  await drawer.getByRole('link', { name: 'Something to read on the way' }).tap();
  await drawer.waitFor({ state: 'hidden' });
  await answers(page).waitFor();

  await page.getByRole('button', { name: 'Chats', exact: true }).tap();
  await drawer.waitFor();
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });
});

world.test('under a finger a message keeps its actions in a menu', async () => {
  const page = await world.open('/', device);
  await ask(page, 'Press here');
  await questions(page).getByRole('button', { name: 'More' }).tap();
  await page.getByRole('menuitem', { name: 'Edit' }).tap();
  await page.getByRole('form', { name: 'Edit the message' }).waitFor();
  await fits(page);
  await page.getByRole('button', { name: 'Cancel' }).tap();
});

world.test('what is pressed most is large enough for a finger', async () => {
  const page = await world.open('/', device);
  for (const name of ['Chats', 'Add pictures', 'Send']) {
    const box = await page.getByRole('button', { name, exact: true }).boundingBox();
    assert.ok(box.width >= 44 && box.height >= 44, `${name}: ${box.width} x ${box.height}`);
  }
});

world.test('settings on a phone: first the list, then one section, and back', async () => {
  const page = await world.open('/settings', device);
  await page.getByRole('link', { name: 'Appearance' }).tap();
  await page.getByRole('heading', { level: 1, name: 'Appearance' }).waitFor();
  await fits(page);
  await page.getByRole('link', { name: 'Settings' }).tap();
  for (const section of [
    'Profile',
    'Language',
    'Keyboard',
    'Tools',
    'Security',
    'API keys',
    'Providers',
    'Server',
  ]) {
    await page.getByRole('link', { name: section }).tap();
    await page.getByRole('heading', { level: 1, name: section }).waitFor();
    await fits(page);
    await page.getByRole('link', { name: 'Settings' }).tap();
  }
});

world.test('on a phone one reads which preset and which model are in force', async () => {
  const page = await world.open('/', device);
  const made = await page.context().request.post('/api/presets', {
    data: { name: 'Reader of long reports', model: 'Bench/markdown-3000', icon: '📚' },
    headers: { origin: world.server.url },
  });
  assert.ok(made.ok(), await made.text());
  await page.reload();
  await page.getByRole('button', { name: 'Choose a preset' }).tap();
  await page.getByRole('option', { name: /Reader of long reports/ }).tap();
  for (const name of ['Preset: Reader of long reports', /^Model:/]) {
    const text = page.getByRole('button', { name }).locator('.truncate');
    await text.waitFor();
    const cut = await text.evaluate((element) => element.scrollWidth - element.clientWidth);
    assert.equal(cut, 0, `${name} is cut by ${cut} px`);
  }
  await fits(page);
});
