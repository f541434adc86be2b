import { formatter } from '@lingui/format-po';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';

/**
 * Turns a .po catalogue into a module of compiled messages. A message that
 * reads the same as its id and has no placeholder is left out: the id itself
 * is shown, so that the English catalogue holds only what needs compiling.
 */
export function locales(): Plugin {
  const format = formatter();
  return {
    name: 'parley-locales',
    enforce: 'pre',
    async transform(code, id) {
      const match = /\/locales\/([\w-]+)\.po$/.exec(id);
      if (!match) return;
      const locale = match[1] ?? 'en';
      const catalog = await format.parse(code, { locale, sourceLocale: 'en', filename: id });
      const messages: Record<string, unknown> = {};
      for (const [key, entry] of Object.entries(catalog)) {
        const text = entry.translation || key;
        const compiled = compileMessage(text);
        const plain = compiled.length === 1 && compiled[0] === key;
        if (!plain) messages[key] = compiled;
      }
      return {
        code: `export const messages = JSON.parse(${JSON.stringify(JSON.stringify(messages))});`,
        map: null,
        moduleType: 'js',
      };
    },
  };
}
