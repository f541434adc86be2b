// Text in the user's language, by Lingui's runtime: the English sentence is the message's id.
//
//   i18n.t('Delete chat')
//   i18n.t('{count, plural, one {# chat} other {# chats}}', { count })
//   <Trans id="Read <0>the terms</0>" components={{ 0: <a href="/terms" /> }} />   from @lingui/react
//
// Call i18n.t while rendering, never at module level: the language may change. `npm run extract`
// collects the messages, so the first argument is always a literal.

import { i18n } from '@lingui/core';
import { messages as english } from '../locales/en.po';
import { compileNames } from './message';

export { i18n };

// The catalogues leave out what this makes of a message's own text.
i18n.setMessagesCompiler(compileNames);

type Catalogue = { messages: Record<string, string> };

const catalogues = import.meta.glob<Catalogue>(['../locales/*.po', '!../locales/en.po']);

/** The languages that the interface is translated to, as BCP 47 tags. */
export const languages = [
  'en',
  ...Object.keys(catalogues).map((path) => path.replace(/^.*\/(.+)\.po$/, '$1')),
];

/** The first language that is translated: the user's own, the browser's, then the server's. */
export function chooseLanguage(wanted: readonly (string | undefined)[]): string {
  for (const tag of wanted) {
    if (!tag) continue;
    const exact = languages.find((known) => known.toLowerCase() === tag.toLowerCase());
    const close = exact ?? languages.find((known) => known.split('-')[0] === tag.split('-')[0]);
    if (close) return close;
  }
  return 'en';
}

/** Loads a language and makes it the page's. */
export async function activate(language: string): Promise<void> {
  const load = catalogues[`../locales/${language}.po`];
  const { messages } = load ? await load() : { messages: english };
  i18n.loadAndActivate({ locale: load ? language : 'en', messages });
  document.documentElement.lang = i18n.locale;
}

/** A language's name in that language, such as "Deutsch". */
export function languageName(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}
