// What a person sees and does in a chat, in their words.

import { until } from './world.mjs';

/** The field that a new message is written in. */
export function composer(page) {
  return page.getByRole('textbox', { name: 'Your message' });
}

/** Writes a message and sends it. */
export async function send(page, text) {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

/** One's own messages on the page, in order. */
export function questions(page) {
  return page.getByRole('article', { name: /^You,/ });
}

/** The model's messages on the page, in order. */
export function answers(page) {
  return page.getByRole('article').filter({ hasNot: page.getByRole('heading', { name: /^You,/ }) });
}

/** The numbers of the scripted tokens in a message, in the order in which they stand there. */
export async function tokens(message) {
  const text = await message.textContent();
  return [...text.matchAll(/\bt(\d{4})(?!\d{3})/g)].map(([, number]) => Number(number));
}

/** What tokens gives for an answer of so many, whole. */
export function allTokens(count) {
  return Array.from({ length: count }, (_, at) => at + 1);
}

/** Waits until at least so many tokens of an answer are there. */
export function tokensShown(message, count) {
  return until(async () => (await tokens(message)).length >= count, `token ${count}`);
}

/** Waits until an answer has come and no more of it is being written. */
export async function finished(page) {
  await answers(page).last().getByRole('button', { name: 'Answer again', exact: true }).waitFor();
}

/** The chats at the left. */
export function chatList(page) {
  return page.getByRole('navigation', { name: 'Chats' });
}

/** The title over the thread. */
export function title(page) {
  return page.getByRole('main').getByRole('heading', { level: 1 });
}

/** Begins a chat with a question and waits for the whole answer. */
export async function ask(page, text) {
  const before = await answers(page).count();
  await send(page, text);
  await answers(page).nth(before).waitFor();
  await finished(page);
}

/** Brings up the buttons of a message, which show where the pointer is. */
export async function action(message, name) {
  await message.hover();
  await message.getByRole('button', { name, exact: true }).click();
}

/** Chooses from the menu of a message. */
export async function choose(page, message, item) {
  await action(message, 'More');
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}
