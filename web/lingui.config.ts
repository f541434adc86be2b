import { defineConfig } from '@lingui/conf';
import { formatter } from '@lingui/format-po';

// Messages are written in English in the code, as `i18n.t('…')` or `<Trans id="…" />`;
// `npm run extract` collects them here for translators.
export default defineConfig({
  sourceLocale: 'en',
  locales: ['en'],
  catalogs: [{ path: 'src/locales/{locale}', include: ['src'], exclude: ['**/*.test.*'] }],
  format: formatter({ origins: false }),
  orderBy: 'messageId',
});
