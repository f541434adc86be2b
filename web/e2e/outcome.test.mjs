import { chatList, send } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld();

const row = (page, name) => chatList(page).getByRole('link', { name });

world.test('the list says what each chat is at, on every device and after a reload', async () => {
  const page = await world.open();
  await send(page, 'script:tokens-2+hold First');
  await row(page, /First.*Answering/).waitFor();
  await page.goto('/');
  await world.provider.release();
  await row(page, /First.*New answer/).waitFor();
  await page.reload();
  await row(page, /First.*New answer/).waitFor();

  await send(page, 'script:status-400 Second');
  await page.goto('/');
  const other = await world.open();
  await row(other, /First.*New answer/).click();
  await row(page, /First$/).waitFor();
  await row(other, /First$/).waitFor();
});

world.test('a chat that waits, and one that failed, say so', async () => {
  const page = await world.open();
  await world.provider.reset();
  await send(page, 'script:tokens-2+hold+error Breaks');
  await row(page, /Breaks.*Answering/).waitFor();
  await page.goto('/');
  await world.provider.release();
  await row(page, /Breaks.*The answer failed/).waitFor();
  await send(page, 'script:call-fetch_page+tokens-5 Asks');
  await row(page, /Asks.*Waits for your permission/).waitFor();
});
