import { I18nProvider } from '@lingui/react';
import { createRoot } from 'react-dom/client';
import { Root } from './app/Root';
import './app/theme.css';
import { StartFailed } from './app/StartFailed';
import { activate, chooseLanguage, i18n } from './kit/i18n';
import { currentSession, startSession } from './session/session';
import { currentSettings } from './session/settings';

const host = document.getElementById('root');
if (!host) throw new Error('index.html has no #root');
const root = createRoot(host);

try {
  await startSession();
  const { boot } = currentSession();
  await activate(
    chooseLanguage([currentSettings().language, ...navigator.languages, boot.defaultLanguage]),
  );
  root.render(
    <I18nProvider i18n={i18n}>
      <Root />
    </I18nProvider>,
  );
} catch (error) {
  await activate('en');
  root.render(<StartFailed error={error} />);
}
