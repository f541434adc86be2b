import assert from 'node:assert/strict';
import {
  action,
  allTokens,
  answers,
  ask,
  finished,
  questions,
  send,
  tokens,
  tokensShown,
} from './support/chat.mjs';
import { openWorld, until } from './support/world.mjs';

const world = openWorld({ models: ['tokens-5', 'tokens-9'] });

world.test('answering again makes a version beside the old answer', async () => {
  const page = await world.open();
  await ask(page, 'What is a harbour?');
  await action(answers(page), 'Answer again');
  await answers(page).getByText('2/2').waitFor();
  await finished(page);
  assert.equal(await questions(page).count(), 1);
  assert.equal(await answers(page).count(), 1);
});

world.test('another model can answer the same question', async () => {
  const page = await world.open();
  await ask(page, 'What is a lighthouse?');
  await tokensShown(answers(page), 5);
  await action(answers(page), 'Answer again with another model');
  const picker = page.getByRole('dialog', { name: /model/i });
  await picker.getByRole('combobox').fill('tokens-9');
  await page.keyboard.press('Enter');
  await answers(page).getByText('2/2').waitFor();
  await tokensShown(answers(page), 9);
  const fresh = page.getByRole('article', { name: /^tokens-9/ });
  await fresh.waitFor();
  await until(
    () => fresh.evaluate((article) => article.contains(document.activeElement)),
    'the focus on the new answer',
  );

  await answers(page).getByRole('button', { name: 'Previous version' }).click();
  await page.getByRole('article', { name: /^tokens-5/ }).waitFor();
  await page.reload();
  await page
    .getByRole('article', { name: /^tokens-5/ })
    .getByText('1/2')
    .waitFor();
});

world.test('a model that cuts an answer short offers to go on', async () => {
  const page = await world.open();
  await send(page, 'script:tokens-6+length Write a novel');
  await answers(page).getByText('This is as long as the model may answer at once.').waitFor();
  await answers(page).getByRole('button', { name: 'Continue' }).click();
  await answers(page).nth(1).waitFor();
  await finished(page);
  assert.deepEqual(await tokens(answers(page).nth(0)), allTokens(6));
  assert.deepEqual(await tokens(answers(page).nth(1)), allTokens(5));
  assert.equal(await questions(page).count(), 1);
});
