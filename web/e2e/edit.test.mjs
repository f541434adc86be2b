import assert from 'node:assert/strict';
import { action, answers, ask, composer, finished, questions } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({ models: ['echo'] });

/** Edits one's message and sends the new version. */
async function edit(page, question, text) {
  await action(question, 'Edit');
  const field = page.getByRole('form', { name: 'Edit the message' }).getByRole('textbox');
  await field.fill(text);
  await field.press('Enter');
  await answers(page).last().getByText(text).waitFor();
  await finished(page);
}

/** Waits until the thread says exactly these texts, question and answer in turn. */
async function reads(page, ...texts) {
  for (const [at, text] of texts.entries()) {
    await page.getByRole('article').nth(at).getByText(text, { exact: true }).waitFor();
  }
  assert.equal(await page.getByRole('article').count(), texts.length);
}

world.test('an edited question is a version beside the old one', async () => {
  const page = await world.open();
  await ask(page, 'apples');
  await ask(page, 'pears');
  await edit(page, questions(page).first(), 'oranges');
  await reads(page, 'oranges', 'oranges');

  const question = questions(page).first();
  const versions = question.getByRole('group', { name: 'Versions' });
  await versions.getByText('2/2').waitFor();
  await versions.getByRole('button', { name: 'Previous version' }).click();
  await reads(page, 'apples', 'apples', 'pears', 'pears');
  await versions.getByText('1/2').waitFor();

  await page.reload();
  await reads(page, 'apples', 'apples', 'pears', 'pears');
  await versions.getByRole('button', { name: 'Next version' }).click();
  await reads(page, 'oranges', 'oranges');
});

world.test(
  'question and answer are marked as edited, and the mark opens the earlier version',
  async () => {
    const page = await world.open();
    await ask(page, 'a first wording');
    assert.equal(await page.getByRole('button', { name: 'edited' }).count(), 0);
    await edit(page, questions(page), 'a better wording');

    for (const message of [questions(page), answers(page)]) {
      await message.getByRole('button', { name: 'edited', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Earlier version' });
      await dialog.getByText('a first wording').waitFor();
      await dialog.getByText('a better wording').waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    }
    await questions(page).getByRole('button', { name: 'edited', exact: true }).click();
    await page.getByRole('button', { name: 'Go to the earlier version' }).click();
    await reads(page, 'a first wording', 'a first wording');
  },
);

world.test('Alt and the arrow keys go from version to version', async () => {
  const page = await world.open();
  await ask(page, 'one');
  await edit(page, questions(page), 'two');
  await edit(page, questions(page), 'three');
  await questions(page).getByText('3/3').waitFor();

  await page
    .getByRole('main')
    .getByRole('feed')
    .click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('Alt+ArrowLeft');
  await reads(page, 'two', 'two');
  await page.keyboard.press('Alt+ArrowLeft');
  await reads(page, 'one', 'one');
  await page.keyboard.press('Alt+ArrowRight');
  await reads(page, 'two', 'two');
});

world.test('an edit that was not sent survives a branch switch and a reload', async () => {
  const page = await world.open();
  await ask(page, 'first');
  await edit(page, questions(page), 'second');
  await action(questions(page), 'Edit');
  const field = page.getByRole('form', { name: 'Edit the message' }).getByRole('textbox');
  await field.fill('half a thought');

  await page.reload();
  await answers(page).waitFor();
  assert.equal(await field.inputValue(), 'half a thought');
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'hidden' });
  await reads(page, 'second', 'second');
});

world.test('ArrowUp in the empty composer edits the last question', async () => {
  const page = await world.open();
  await ask(page, 'hello');
  await composer(page).press('ArrowUp');
  const field = page.getByRole('form', { name: 'Edit the message' }).getByRole('textbox');
  await field.waitFor();
  assert.equal(await field.inputValue(), 'hello');
});
