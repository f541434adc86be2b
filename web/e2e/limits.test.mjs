import assert from 'node:assert/strict';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { answers, composer, finished, questions, send } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({
  models: ['gpt-4o'],
  provider: ['--default', 'tokens-4', '--argument', 'fetch_page={"url":"http://page.invalid/"}'],
});

/** Writes sections of the file anew, while the server runs. */
async function configure(sections) {
  const file = world.server.configFile;
  const config = JSON.parse(await readFile(file, 'utf8'));
  const endpoints = { ...config.endpoints, ...sections.endpoints };
  await writeFile(`${file}.new`, JSON.stringify({ ...config, ...sections, endpoints }));
  await rename(`${file}.new`, file);
}

/** A picture that is drawn by the page: noise, which no format makes small. */
async function draw(page, name, side) {
  const bytes = await page.evaluate(async (size) => {
    const canvas = document.createElement('canvas');
    canvas.width = size;
    canvas.height = size / 2;
    const context = canvas.getContext('2d');
    const noise = context.createImageData(size, size / 2);
    for (let at = 0; at < noise.data.length; at++)
      noise.data[at] = at % 4 === 3 ? 255 : Math.random() * 256;
    context.putImageData(noise, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, side);
  return { name, mimeType: 'image/png', buffer: Buffer.from(bytes) };
}

async function pick(page, ...files) {
  const asked = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add pictures' }).click();
  await (await asked).setFiles(files);
}

world.test('pictures beyond the limits are refused before they are sent', async () => {
  const page = await world.open();
  await composer(page).waitFor();
  const small = await draw(page, 'small.png', 20);
  await pick(page, small, { ...small, name: 'second.png' });

  const uploads = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/files')) uploads.push(request);
  });
  await configure({
    fileConfig: { endpoints: { default: { fileLimit: 1, fileSizeLimit: 0.01 } } },
  });
  const many = page.getByText('At most 1 picture can go with a message.');
  await many.waitFor();
  await composer(page).fill('Look');
  await composer(page).press('Enter');
  assert.equal(await composer(page).inputValue(), 'Look');
  await page.getByRole('button', { name: 'Remove second.png' }).click();
  await many.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Remove small.png' }).click();
  await pick(page, await draw(page, 'large.png', 200));
  await page.getByRole('alert').filter({ hasText: 'too large: at most 10.2 kB' }).waitFor();
  assert.equal(uploads.length, 0);
  await configure({ fileConfig: {} });
});

world.test('pictures are made smaller where the administrator wants it', async () => {
  await configure({ fileConfig: { clientImageResize: { enabled: true, maxWidth: 100 } } });
  const page = await world.open();
  await composer(page).waitFor();
  await pick(page, await draw(page, 'wide.png', 400));
  await page.getByRole('button', { name: 'Remove wide.png' }).waitFor();
  await page.getByRole('progressbar').waitFor({ state: 'hidden' });
  await composer(page).fill('What do you see?');
  await composer(page).press('Enter');
  await finished(page);
  const picture = questions(page).getByRole('img', { name: 'wide.jpeg' });
  await picture.waitFor();
  const size = await picture.evaluate((image) => [image.naturalWidth, image.naturalHeight]);
  assert.deepEqual(size, [100, 50]);
  await configure({ fileConfig: {} });
});

world.test('the footer and the reason of tools are the administrator’s words', async () => {
  await configure({
    interface: { customFooter: 'Answers may be wrong | [Our rules](https://example.org/rules)' },
    endpoints: {
      agents: { toolApproval: { enabled: true, reason: 'Our rules ask before {tool}.' } },
    },
  });
  const page = await world.open();
  await page.getByText('Answers may be wrong').waitFor();
  await page.getByRole('link', { name: 'Our rules' }).waitFor();
  await send(page, 'script:call-fetch_page+tokens-5 What does this page say?');
  const card = page.getByRole('region', { name: /^Allow/ });
  await card.getByText(/^Our rules ask before .+\.$/).waitFor();
  await page.getByRole('link', { name: 'Our rules' }).waitFor();
  await card.getByRole('button', { name: 'Not this time' }).click();
  await finished(page);
  await answers(page).waitFor();
});
