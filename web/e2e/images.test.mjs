import assert from 'node:assert/strict';
import { answers, composer, finished, questions } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

// Of the catalogue's models one that sees pictures, and one that does not.
const world = openWorld({
  models: ['gpt-4o', 'gpt-3.5-turbo'],
  provider: ['--default', 'tokens-4'],
});

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC',
  'base64',
);

const thumbnails = (page) => page.getByRole('list', { name: 'Pictures' }).getByRole('listitem');

async function pick(page, ...files) {
  const asked = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add pictures' }).click();
  await (await asked).setFiles(files.map((name) => ({ name, mimeType: 'image/png', buffer: png })));
}

async function chooseModel(page, name) {
  await page.getByRole('button', { name: /^Model:/ }).click();
  await page.getByRole('dialog', { name: /model/i }).getByRole('combobox').fill(name);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Model:/ }).waitFor();
}

world.test('a picked picture is shown, can be taken back, and goes to the model', async () => {
  const page = await world.open();
  await chooseModel(page, 'gpt-4o');
  await pick(page, 'red.png', 'green.png');
  await thumbnails(page).nth(1).getByRole('img', { name: 'green.png' }).waitFor();
  await page.getByRole('button', { name: 'Remove red.png' }).click();
  await page.getByRole('button', { name: 'Remove red.png' }).waitFor({ state: 'hidden' });
  assert.equal(await thumbnails(page).count(), 1);

  await page.getByRole('progressbar').waitFor({ state: 'hidden' });
  await composer(page).fill('What do you see?');
  await composer(page).press('Enter');
  await answers(page).waitFor();
  await finished(page);
  const picture = questions(page).getByRole('img', { name: 'green.png' });
  await picture.waitFor();
  assert.equal(await picture.evaluate((image) => image.naturalWidth), 10);
  const [call] = await world.provider.calls();
  assert.match(JSON.stringify(call), /image_url/);
  assert.equal(await thumbnails(page).count(), 0);
});

world.test('a picture is pasted', async () => {
  const page = await world.open();
  await composer(page).focus();
  await composer(page).evaluate(
    (field, bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], 'pasted.png', { type: 'image/png' }));
      field.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    },
    [...png],
  );
  await thumbnails(page).getByRole('img', { name: 'pasted.png' }).waitFor();
});

world.test('a model that sees nothing is not sent pictures, and says why', async () => {
  const page = await world.open();
  await chooseModel(page, 'gpt-3.5-turbo');
  await pick(page, 'red.png');
  await page.getByText(/cannot see pictures/).waitFor();
  await composer(page).fill('What do you see?');
  await composer(page).press('Enter');
  assert.equal(await composer(page).inputValue(), 'What do you see?');
  assert.equal(
    await page.getByRole('button', { name: 'Send' }).getAttribute('aria-disabled'),
    'true',
  );
  await chooseModel(page, 'gpt-4o');
  await page.getByText(/cannot see pictures/).waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Send' }).click();
  await questions(page).getByRole('img').waitFor();
});

world.test('what is no picture is refused by name', async () => {
  const page = await world.open();
  const asked = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add pictures' }).click();
  await (await asked).setFiles([
    { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('these are words') },
  ]);
  await thumbnails(page)
    .getByRole('alert')
    .getByText(/Only PNG, JPEG, WebP and GIF/)
    .waitFor();
  await page.getByRole('button', { name: 'Remove notes.png' }).click();
  await thumbnails(page).waitFor({ state: 'hidden' });
});

world.test('pictures are dropped anywhere on the page, which says that they can be', async () => {
  const page = await world.open();
  await composer(page).waitFor();
  const files = await page.evaluateHandle(
    (bytes) => {
      const data = new DataTransfer();
      for (const name of ['one.png', 'two.png']) {
        data.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
      }
      return data;
    },
    [...png],
  );
  const over = { dataTransfer: files, bubbles: true, cancelable: true };
  const heading = page.getByRole('heading', { level: 1 });
  await heading.dispatchEvent('dragover', over);
  await page.getByText('Drop pictures here').waitFor();
  await heading.dispatchEvent('dragleave', over);
  await page.getByText('Drop pictures here').waitFor({ state: 'hidden' });
  await heading.dispatchEvent('dragover', over);
  await heading.dispatchEvent('drop', over);
  await thumbnails(page).nth(1).getByRole('img', { name: 'two.png' }).waitFor();
  await page.getByText('Drop pictures here').waitFor({ state: 'hidden' });
  assert.equal(await composer(page).evaluate((field) => field === document.activeElement), true);
});
