import assert from 'node:assert/strict';
import {
  allTokens,
  answers,
  ask,
  chatList,
  composer,
  finished,
  questions,
  send,
  tokens,
  tokensShown,
} from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld();

world.test('a question is answered live, and is there after a reload', async () => {
  const page = await world.open();
  await send(page, 'script:tokens-20-200+hold+tokens-20-200 How do tides work?');

  await tokensShown(answers(page), 20);
  assert.deepEqual(
    await tokens(answers(page)),
    allTokens(20),
    'the first half, while the answer is being written',
  );
  await page.getByRole('button', { name: 'Stop the answer' }).waitFor();
  await world.provider.release();
  await finished(page);

  const look = async () => {
    await chatList(page)
      .getByRole('link', { name: /How do tides work\?/ })
      .waitFor();
    assert.match(await questions(page).textContent(), /How do tides work\?/);
    assert.deepEqual(await tokens(answers(page)), allTokens(40));
  };
  await look();
  await page.reload();
  await answers(page).waitFor();
  await look();
});

world.test(
  'a question that is sent before the models are known goes as soon as they are',
  async () => {
    const context = await world.device();
    let answer;
    const asked = new Promise((resolve) => {
      answer = resolve;
    });
    await context.route('**/api/models', async (route) => {
      await asked;
      await route.continue();
    });
    const page = await context.newPage();
    await page.goto('/');
    await send(page, 'An impatient question');
    assert.equal(await composer(page).inputValue(), 'An impatient question');
    answer();
    await answers(page).waitFor();
    await finished(page);
    assert.deepEqual(await tokens(answers(page)), allTokens(40));
  },
);

world.test('an answer that is over before its acceptance is heard stays as it is', async () => {
  const context = await world.device();
  const page = await context.newPage();
  await page.goto('/');
  await ask(page, 'script:tokens-3 Hello');

  let hear;
  const heard = new Promise((resolve) => {
    hear = resolve;
  });
  await context.route('**/turns', async (route) => {
    const response = await route.fetch();
    await heard;
    await route.fulfill({ response });
  });
  const response = page.waitForResponse('**/turns');
  await send(page, 'script:tokens-4 Quickly');
  await answers(page).nth(1).waitFor();
  await finished(page);
  hear();
  await (await response).finished();
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  assert.deepEqual(await tokens(answers(page).nth(1)), allTokens(4));
  assert.equal(await answers(page).nth(1).getByRole('button', { name: 'Copy' }).count(), 1);
});

world.test('a chat that begins while the list is being read is in it', async () => {
  const context = await world.device();
  let pass;
  const passed = new Promise((resolve) => {
    pass = resolve;
  });
  let first = true;
  await context.route('**/api/chats?limit=50', async (route) => {
    if (!first) return route.continue();
    first = false;
    const response = await route.fetch();
    await passed;
    // The page may have asked anew by now and be done with this one.
    return route.fulfill({ response }).catch(() => undefined);
  });
  const page = await context.newPage();
  await page.goto('/');
  await ask(page, 'Begun in a hurry');
  pass();
  await chatList(page).getByRole('link', { name: 'Begun in a hurry' }).waitFor();
});
