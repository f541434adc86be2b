import assert from 'node:assert/strict';
import {
  allTokens,
  answers,
  finished,
  questions,
  send,
  tokens,
  tokensShown,
} from './support/chat.mjs';
import { openWorld, until } from './support/world.mjs';

const world = openWorld();

world.test(
  'a server killed in mid-answer keeps the text, says so, and goes on when asked',
  async () => {
    const page = await world.open();
    await send(page, 'script:tokens-60-100+hang A question that must not be lost');
    await tokensShown(answers(page), 40);
    await world.server.stop('SIGKILL');
    await world.server.resume();

    await answers(page).getByText('This answer was interrupted.').waitFor();
    const kept = await tokens(answers(page));
    // A quarter of a second of it may have been on its way to the disk.
    assert.ok(kept.length >= 10, `${kept.length} tokens were kept`);
    assert.deepEqual(kept, allTokens(kept.length), 'without a gap');
    await page.reload();
    await answers(page).getByText('This answer was interrupted.').waitFor();
    assert.deepEqual(await tokens(answers(page)), kept, 'a reload shows the same');
    assert.match(await questions(page).textContent(), /must not be lost/);

    await page.getByRole('button', { name: 'Continue' }).click();
    await answers(page).nth(1).waitFor();
    await finished(page);
    assert.deepEqual(await tokens(answers(page).nth(1)), allTokens(40));
  },
);

world.test(
  'every answer that ran when the server was killed has ended after the restart',
  async () => {
    const pages = [];
    for (let at = 0; at < 3; at++) {
      const page = await world.open();
      await send(page, `script:tokens-20-200+hang Question ${at}`);
      pages.push(page);
    }
    for (const page of pages) await tokensShown(answers(page), 20);
    await world.server.stop('SIGKILL');
    await world.server.resume();
    for (const page of pages) {
      await answers(page).getByText('This answer was interrupted.').waitFor();
      await until(
        async () => (await page.getByRole('button', { name: 'Stop the answer' }).count()) === 0,
        'the end',
      );
    }
  },
);
