import { accessible, readable } from './support/axe.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({ accounts: false, configured: false });

/** Judges a step as the widest and the narrowest page show it, light and dark. */
async function judge(page, what) {
  for (const width of [1440, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await accessible(page, `${what}, light, ${width} px`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await readable(page, `${what}, dark, ${width} px`);
    await page.emulateMedia({ colorScheme: 'light' });
  }
}

world.test('every step of the set-up is accessible, with what goes wrong on the way', async () => {
  const link = await world.server.linkPrinted();
  const page = await world.open('/', { user: null, reducedMotion: 'reduce', colorScheme: 'light' });
  await page.getByRole('heading', { name: 'Almost there' }).waitFor();
  await judge(page, 'a server without an administrator');
  await page.goto('/setup?token=guessed');
  await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
  await judge(page, 'a link that does not work');

  await page.goto(link);
  await page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor();
  await judge(page, 'the account');
  await page.getByRole('textbox', { name: 'Name' }).fill('Ada Lovelace');
  await page.getByRole('textbox', { name: 'Email' }).fill('ada@example.org');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Create account and go on' }).click();
  await page.getByText('At least 8 characters, please.').waitFor();
  await judge(page, 'a password that is too short');
  await page.getByLabel('Password', { exact: true }).fill('tangerine orchard 42');
  await page.getByRole('button', { name: 'Create account and go on' }).click();

  await page.getByRole('heading', { name: 'Connect a provider' }).waitFor();
  await judge(page, 'the providers');
  const key = page.getByRole('textbox', { name: 'API key' });
  await key.fill('sk-ant-api03-this-is-no-key-of-anybody');
  await page.getByRole('button', { name: 'Save it anyway' }).waitFor();
  await judge(page, 'a key that does not work');
  // Enter tries it again; only the button saves it.
  await key.press('Enter');
  await page.getByRole('button', { name: 'Save it anyway' }).waitFor();
  await page.getByRole('button', { name: 'Save it anyway' }).click();
  await page.getByRole('heading', { name: 'No model answers yet' }).waitFor();
  await judge(page, 'no model');
  await page.getByRole('button', { name: 'Connect another provider' }).click();
  await page.getByRole('button', { name: 'Use the demo' }).click();
  await page.getByRole('heading', { name: 'Choose a model' }).waitFor();
  await judge(page, 'the models');
  await page.getByRole('button', { name: 'Start chatting' }).click();
  await page.getByRole('heading', { name: /^Good .*, Ada$/ }).waitFor();
});
