// The gate: reads who is here, then shows the sign-in page or fetches the app. React is part of the
// app, not of the gate.

import './app/theme.css';
import { onAddress } from './kit/address';
import { h } from './kit/dom';
import { errorText } from './kit/errorText';
import { formatDateTime, formatNumber } from './kit/format';
import { activate, chooseLanguage, i18n } from './kit/i18n';
import { currentSession, session, startSession } from './session/session';
import { currentSettings } from './session/settings';
import { openSignIn } from './session/signInDoor';
import { buttonClass } from './ui/looks';

const root = elementById('root');
const doorHost = elementById('door');
const loadApp = () => import('./app/mount');

let door: ReturnType<typeof openSignIn> | null = null;
let mounted = false;

try {
  await startSession();
  const { boot } = currentSession();
  await activate(
    chooseLanguage([currentSettings().language, ...navigator.languages, boot.defaultLanguage]),
  );
  show();
  session.subscribe(show);
  onAddress(show);
} catch (error) {
  await activate('en');
  showFailure(error);
}

function show(): void {
  const { boot, user, expired } = currentSession();
  const registering = location.pathname === '/register' && boot.registration;
  const closed = expired || (!user && !boot.setup && !registering);
  if (closed && !door) door = openSignIn(doorHost, () => void loadApp().then((app) => app.warm()));
  if (!closed && door) {
    door.close();
    door = null;
  }
  root.hidden = closed;
  if (!closed && !mounted) {
    mounted = true;
    // While the code comes there is nothing to do: what takes long the first time is done now.
    formatDateTime(0);
    formatNumber(0);
    if (document.documentElement.dataset.page === 'thread') {
      import('./kit/markdown/warm').catch(() => undefined); // The thread asks for it too.
    }
    loadApp()
      .then((app) => app.mount(root))
      .catch(showFailure);
  }
}

/** The page when not even the boot data or the app's code came. */
function showFailure(error: unknown): void {
  const { title, requestId } = errorText(error);
  root.hidden = false;
  root.replaceChildren(
    h(
      'main',
      { role: 'alert', class: 'mx-auto max-w-md px-5 pt-[22vh]' },
      h('h1', { class: 'font-semibold text-xl' }, title),
      requestId && h('p', { class: 'mt-2 text-ink-2 text-sm' }, requestId),
      h(
        'button',
        {
          type: 'button',
          class: `${buttonClass('primary', 'lg')} mt-5`,
          onclick: () => location.reload(),
        },
        i18n.t('Try again'),
      ),
    ),
  );
}

function elementById(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element;
}
