import { formatter } from '@lingui/format-po';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';

/** A message in the code, as the first argument of i18n.t. */
const message = /\bi18n\.t\(\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")/g;

/**
 * Turns a .po catalogue into a module of compiled messages. A message that reads the same as its id and
 * has no placeholder is left out: the id itself is shown, so that the English catalogue holds only what
 * needs compiling. A build whose code has a message with placeholders that the English catalogue lacks
 * fails, since the page would show them raw.
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
        const plain = compiled.length === 1 && compiled[0] === key;
        if (!plain) messages[key] = compiled;
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
