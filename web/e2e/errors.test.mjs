import assert from 'node:assert/strict';
import {
  allTokens,
  answers,
  ask,
  composer,
  finished,
  questions,
  send,
  tokens,
} from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({
  models: ['scripted', 'tokens-7'],
  config: { chat: { maxMessageBytes: 2000 } },
});

for (const [what, script, message, next = 'Try again'] of [
  ['a refused key', 'status-401', 'The provider refused this server’s key.'],
  ['too many requests', 'status-429-60', 'The provider is getting too many requests.'],
  ['a fault of the provider', 'status-500', 'The provider has a fault of its own.'],
  ['a web page', 'html', 'The provider sent something that is not an answer.'],
  ['a chat that is too long', 'context', 'This chat is too long for the model.', 'Try with…'],
  ['an unknown model', 'status-404', 'The provider does not have this model.'],
]) {
  world.test(`${what} is told in words, and the chat stays usable`, async () => {
    const page = await world.open();
    await send(page, `script:${script} Will this work?`);
    const alert = answers(page).getByRole('alert');
    await alert.getByText(message).waitFor();
    await alert.getByRole('button', { name: next }).waitFor();
    assert.equal(
      await alert.getByRole('button', { name: 'Try again' }).count(),
      Number(next === 'Try again'),
    );
    assert.match(await questions(page).textContent(), /Will this work\?/);
    await ask(page, 'script:tokens-3 And this?');
    assert.deepEqual(await tokens(answers(page).nth(1)), allTokens(3));
  });
}

world.test('how long to wait is counted down', async () => {
  const page = await world.open();
  await send(page, 'script:status-429-2 Now?');
  const alert = answers(page).getByRole('alert');
  await alert.getByText('You can try again now.').waitFor();
});

world.test('an answer without a word says so', async () => {
  const page = await world.open();
  await send(page, 'script:tokens-0 Anything?');
  await answers(page).getByText('The model ended without an answer.').waitFor();
  await answers(page).getByRole('button', { name: 'Try again', exact: true }).click();
  await answers(page).getByText('2/2').waitFor();
});

world.test('half an answer is kept, with the reason that it broke off', async () => {
  const page = await world.open();
  await send(page, 'script:tokens-12+close Half a story');
  await answers(page)
    .getByRole('alert')
    .getByText('The answer broke off before its end.')
    .waitFor();
  assert.deepEqual(await tokens(answers(page)), allTokens(12));
  await page.reload();
  await answers(page)
    .getByRole('alert')
    .getByText('The answer broke off before its end.')
    .waitFor();
  assert.deepEqual(await tokens(answers(page)), allTokens(12));
  await answers(page).getByRole('button', { name: 'Continue' }).click();
  await answers(page).nth(1).waitFor();
});

world.test('trying again answers the same question', async () => {
  const page = await world.open();
  await send(page, 'script:fail-1-401+tokens-5 Once more');
  await answers(page).getByRole('alert').getByRole('button', { name: 'Try again' }).click();
  await answers(page).getByText('2/2').waitFor();
  await finished(page);
  assert.deepEqual(await tokens(answers(page)), allTokens(5));
  assert.equal(await questions(page).count(), 1);
});

world.test('another model can be tried from the message', async () => {
  const page = await world.open();
  await send(page, 'script:fail-1-400+tokens-5 With someone else');
  await answers(page).getByRole('alert').getByRole('button', { name: 'Try with…' }).click();
  await page.getByRole('dialog', { name: /model/i }).getByRole('combobox').fill('tokens-7');
  await page.keyboard.press('Enter');
  await page.getByRole('article', { name: /^tokens-7/ }).waitFor();
  await finished(page);
  assert.deepEqual(await tokens(answers(page)), allTokens(5));
});

world.test(
  'a message over the limit is refused, and its text comes back to be shortened',
  async () => {
    const page = await world.open();
    const long = 'word '.repeat(500).trim();
    await send(page, long);
    await questions(page).getByRole('alert').waitFor();
    await questions(page).getByRole('button', { name: 'Take back' }).click();
    await page.getByRole('heading', { name: /^Good / }).waitFor();
    assert.equal(await composer(page).inputValue(), long);

    await ask(page, 'script:tokens-3 short');
    await send(page, long);
    await questions(page).nth(1).getByRole('alert').waitFor();
    await questions(page).nth(1).getByRole('button', { name: 'Take back' }).click();
    await questions(page).nth(1).waitFor({ state: 'hidden' });
    assert.equal(await composer(page).inputValue(), long);
  },
);
