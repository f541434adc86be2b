// What a model gives beside text: a picture, a sound, the sources of its answer, code that its provider
// ran. It is there at once, and still there after a reload.

import assert from 'node:assert/strict';
import { after } from 'node:test';
import { answers, ask } from './support/chat.mjs';
import { Provider } from './support/provider.mjs';
import { openWorld, until } from './support/world.mjs';

const provider = await Provider.start(['--default', 'tokens-3']);
after(() => provider.close());

const baseURL = `${provider.url}/v1`;
const endpoint = (name, model, more) => ({
  name,
  apiKey: 'none',
  baseURL,
  models: { default: [model] },
  titleConvo: false,
  ...more,
});
const world = openWorld({
  configured: false,
  config: {
    endpoints: {
      custom: [
        endpoint('Bench', 'chatty'),
        endpoint('OpenAI', 'gpt-5.4', { provider: 'openai' }), // which is asked by Responses
        endpoint('Anthropic', 'claude-sonnet-4-5', { provider: 'anthropic' }),
        endpoint('Google', 'gemini-3-pro', { provider: 'google', baseURL: provider.url }),
      ],
    },
  },
});

const picture = (answer) => answer.getByRole('img', { name: 'Picture made by the model' });
const sound = (answer) => answer.getByLabel('Sound made by the model');
const source = (answer) =>
  answer.getByRole('list', { name: 'Sources' }).getByRole('link', { name: 'A table of tides' });
const code = (answer) => answer.getByRole('button', { name: /code execution/i });

const shows = {
  async picture(answer) {
    await until(
      () => picture(answer).evaluate((image) => image.naturalWidth === 10),
      'the picture',
    );
  },
  async sound(answer) {
    await until(() => sound(answer).evaluate((audio) => audio.duration > 0.1), 'the sound');
  },
  async sources(answer) {
    assert.equal(await source(answer).getAttribute('href'), 'https://example.org/tides');
  },
  async code(answer) {
    await code(answer).click();
    await answer.getByText('print(6 * 7)').waitFor();
    await answer.getByText('42', { exact: true }).waitFor();
  },
};

for (const [model, gives] of Object.entries({
  chatty: ['picture', 'sound', 'sources'],
  'gpt-5.4': ['picture', 'code', 'sources'],
  'claude-sonnet-4-5': ['code', 'sources'],
  'gemini-3-pro': ['picture', 'sound', 'code', 'sources'],
})) {
  world.test(`${gives.join(', ')} of ${model}`, async () => {
    const page = await world.open();
    await page.getByRole('button', { name: /^Model:/ }).click();
    await page.getByRole('combobox', { name: 'Search models' }).fill(model);
    await page.keyboard.press('Enter');
    await ask(page, `script:tokens-2+${gives.join('+')}+tokens-2`);
    for (const reloaded of [false, true]) {
      if (reloaded) await page.reload();
      const answer = answers(page).last();
      await answer.getByText('t0004').waitFor();
      for (const one of gives) await shows[one](answer);
    }
  });
}
