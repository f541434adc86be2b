import { formatter } from '@lingui/format-po';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';
import { compileNames } from '../src/kit/message.ts';

/** A message in the code, as the first argument of i18n.t. */
const message = /\bi18n\.t\(\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")/g;

/**
 * Turns a .po catalogue into a module of compiled messages. A message that the page can make of its id
 * by itself is left out, so that the English catalogue holds little more than plurals. A build whose
 * code has a message with placeholders that the English catalogue lacks fails, since the page would
 * show a plural raw.
 */
export function locales(): Plugin {
  const format = formatter();
  const used = new Set<string>();
  const known = new Set<string>();
  return {
    name: 'parley-locales',
    enforce: 'pre',
    async transform(code, id) {
      const statements = code.replace(/^\s*(\/\/|\*).*$/gm, '');
      for (const [, single, double] of statements.matchAll(message)) {
        const text = (single ?? double ?? '').replace(/\\(.)/g, '$1');
        if (text.includes('{') && !id.includes('.test.')) used.add(text);
      }
      const locale = /\/locales\/([\w-]+)\.po$/.exec(id)?.[1];
      if (!locale) return;
      const catalog = await format.parse(code, { locale, sourceLocale: 'en', filename: id });
      const messages: Record<string, unknown> = {};
      for (const [key, entry] of Object.entries(catalog)) {
        if (locale === 'en') known.add(key);
        const compiled = compileMessage(entry.translation || key);
        if (JSON.stringify(compiled) !== JSON.stringify(compileNames(key)))
          messages[key] = compiled;
      }
      return {
        code: `export const messages = JSON.parse(${JSON.stringify(JSON.stringify(messages))});`,
        map: null,
        moduleType: 'js',
      };
    },
    generateBundle() {
      const missing = [...used].filter((text) => !known.has(text));
      if (missing.length) {
        this.error(`run "npm run extract": the catalogue lacks ${missing.join(' | ')}`);
      }
    },
  };
}
