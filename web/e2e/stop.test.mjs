import assert from 'node:assert/strict';
import {
  allTokens,
  answers,
  composer,
  finished,
  send,
  tokens,
  tokensShown,
} from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld();

world.test('the stop button ends an answer and keeps what came', async () => {
  const page = await world.open();
  await send(page, 'script:tokens-25-200+hang Tell me a long story');
  await tokensShown(answers(page), 25);

  await page.getByRole('button', { name: 'Stop the answer' }).click();
  await answers(page).getByText('You stopped this answer.').waitFor();
  assert.deepEqual(await tokens(answers(page)), allTokens(25));

  await page.reload();
  await answers(page).getByText('You stopped this answer.').waitFor();
  assert.deepEqual(await tokens(answers(page)), allTokens(25));

  await send(page, 'script:tokens-3 And a short one');
  await answers(page).nth(1).waitFor();
  await finished(page);
  assert.deepEqual(await tokens(answers(page).nth(1)), allTokens(3));
});

world.test('Escape stops an answer from wherever one is', async () => {
  const page = await world.open();
  await send(page, 'script:tokens-10-200+hang Count for me');
  await tokensShown(answers(page), 10);
  await composer(page).fill('my next thought');
  await page.keyboard.press('Escape');
  await answers(page).getByText('You stopped this answer.').waitFor();
  assert.equal(await composer(page).inputValue(), 'my next thought');
});

world.test('an answer that was stopped goes on when asked to', async () => {
  const page = await world.open();
  await send(page, 'script:tokens-10-200+hang Begin');
  await tokensShown(answers(page), 10);
  await page.getByRole('button', { name: 'Stop the answer' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await answers(page).nth(1).waitFor();
  await finished(page);
  assert.deepEqual(await tokens(answers(page).nth(0)), allTokens(10));
  assert.deepEqual(await tokens(answers(page).nth(1)), allTokens(40));
});
