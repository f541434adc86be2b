import assert from 'node:assert/strict';
import { answers, ask, chatList, choose, composer, questions } from './support/chat.mjs';
import { openWorld, until } from './support/world.mjs';

const world = openWorld({ models: ['echo'] });

/** What stands in the thread, by the last word of each message. */
async function reads(page, ...texts) {
  await until(async () => (await page.getByRole('article').count()) === texts.length, 'the thread');
  for (const [at, text] of texts.entries()) {
    await page.getByRole('article').nth(at).getByText(text, { exact: true }).waitFor();
  }
}

world.test('a message is deleted alone, and undo brings it back', async () => {
  const page = await world.open();
  await ask(page, 'first');
  await ask(page, 'second');
  await choose(page, answers(page).first(), 'Delete message');
  await reads(page, 'first', 'second', 'second');
  await page.getByRole('button', { name: 'Undo' }).click();
  await reads(page, 'first', 'first', 'second', 'second');
  await page.reload();
  await reads(page, 'first', 'first', 'second', 'second');
});

world.test('a branch is deleted with all that follows, and undo brings it back', async () => {
  const page = await world.open();
  await ask(page, 'keep');
  await ask(page, 'drop');
  await ask(page, 'drop too');
  await choose(page, questions(page).nth(1), 'Delete with all that follows');
  await reads(page, 'keep', 'keep');
  await page.reload();
  await reads(page, 'keep', 'keep');

  await ask(page, 'again');
  await choose(page, questions(page).nth(1), 'Delete with all that follows');
  await reads(page, 'keep', 'keep');
  await page.getByRole('button', { name: 'Undo' }).click();
  await reads(page, 'keep', 'keep', 'again', 'again');
});

world.test('a chat is deleted from the list, and undo brings it back', async () => {
  const page = await world.open();
  await ask(page, 'the chat that goes');
  const row = chatList(page).getByRole('link', { name: 'the chat that goes' });
  await row.hover();
  await chatList(page).getByRole('button', { name: 'Options of the chat that goes' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await row.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await row.click();
  await reads(page, 'the chat that goes', 'the chat that goes');

  await row.press('Delete');
  await row.waitFor({ state: 'hidden' });
  await page.reload();
  await composer(page).or(page.getByText('This chat does not exist')).first().waitFor();
  assert.equal(await row.count(), 0);
});
