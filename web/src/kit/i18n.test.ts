import { expect, test } from 'vitest';
import { chooseLanguage, languageName } from './i18n';

test.each([
  [['en-GB'], 'en'],
  [['xx', 'en'], 'en'],
  [[undefined, ''], 'en'],
  [[], 'en'],
])('%o chooses %s', (wanted, language) => {
  expect(chooseLanguage(wanted)).toBe(language);
});

test('a language is named in itself', () => {
  expect([languageName('en'), languageName('de'), languageName('fr')]).toEqual([
    'English',
    'Deutsch',
    'Français',
  ]);
});
