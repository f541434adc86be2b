import { ask, chatList, title } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({ models: ['tokens-5'] });

world.test('a chat is renamed over the thread, and keeps the name', async () => {
  const page = await world.open();
  await ask(page, 'Plan a week in Lisbon');
  await title(page).getByRole('button').click();
  const field = page.getByRole('textbox', { name: 'Name of the chat' });
  await field.fill('Lisbon in May');
  await field.press('Enter');
  await title(page).getByText('Lisbon in May').waitFor();
  await chatList(page).getByRole('link', { name: 'Lisbon in May' }).waitFor();
  await page.reload();
  await title(page).getByText('Lisbon in May').waitFor();
  await chatList(page).getByRole('link', { name: 'Lisbon in May' }).waitFor();
});

world.test(
  'a chat is renamed in the list, by the menu and by F2; Escape leaves the name',
  async () => {
    const page = await world.open();
    await ask(page, 'Sourdough for beginners');
    const row = (name) => chatList(page).getByRole('link', { name });
    const field = page.getByRole('textbox', { name: 'Name of the chat' });

    await row('Sourdough for beginners').hover();
    await chatList(page)
      .getByRole('button', { name: 'Options of Sourdough for beginners' })
      .click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await field.fill('Bread');
    await field.press('Enter');
    await title(page).getByText('Bread', { exact: true }).waitFor();

    await row('Bread').focus();
    await page.keyboard.press('F2');
    await field.fill('Rolls');
    await field.press('Escape');
    await row('Bread').waitFor();
    await row('Bread').press('F2');
    await field.fill('Baguettes');
    await field.press('Enter');
    await title(page).getByText('Baguettes').waitFor();
    await page.reload();
    await row('Baguettes').waitFor();
  },
);

world.test('the filter finds a chat by its title', async () => {
  const page = await world.open();
  await ask(page, 'Zebra crossing rules');
  await page.getByRole('link', { name: 'New chat' }).click();
  await ask(page, 'Quiet gardens');
  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox', { name: 'Find a chat by its title' }).fill('zebra');
  await chatList(page).getByRole('link', { name: 'Quiet gardens' }).waitFor({ state: 'hidden' });
  await chatList(page).getByRole('link', { name: 'Zebra crossing rules' }).click();
  await title(page).getByText('Zebra crossing rules').waitFor();
});
