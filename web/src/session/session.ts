// Who is signed in, and how: the one place that knows. It starts from the boot data that the server
// wrote into the page.

import { ApiError, api, onSignedOut } from '@/kit/api';
import type { Boot, Me, Settings } from '@/kit/api/types';
import { setAppName } from '@/kit/appName';
import { dropDrafts, openDrafts } from '@/kit/draft';
import { setCurrency } from '@/kit/format';
import { createStore, type Store } from '@/kit/store';
import { applySettings, currentSettings, defaults } from './settings';

export interface Session {
  boot: Boot;
  user: Me | null;
  /** The session ran out under an open page: sign in again and go on. */
  expired: boolean;
}

const none: Boot = {
  version: '',
  setup: false,
  registration: false,
  user: null,
  settings: null,
  defaultLanguage: '',
  uploads: { maxBytes: 0 },
  minPassword: 8,
  protocol: 1,
  page: {
    title: 'Parley',
    accountDeletion: true,
    modelSelect: true,
    parameters: true,
    presets: true,
    autoSubmit: true,
    contextUsage: true,
    contextCost: true,
    currency: { code: 'USD', rate: 1 },
    people: true,
    groups: true,
    buildInfo: true,
  },
};

/** Changed only here. */
export const session: Store<Session> = createStore<Session>({
  boot: none,
  user: null,
  expired: false,
});

/** The session as it is now; components read it by useSession. */
export function currentSession(): Session {
  return session.get();
}

/** Reads the boot data from the page, or asks for it where the page has none. */
export async function startSession(): Promise<void> {
  takeBoot(inlined() ?? (await api.get<Boot>('/api/boot')));
  onSignedOut(() => session.set((now) => (now.user ? { ...now, expired: true } : now)));
}

/** Signs in; the settings of whoever it is come with the new boot data. */
export async function signIn(email: string, password: string, keep: boolean): Promise<void> {
  await api.post('/api/session', { email, password, keep });
  await refresh();
}

/** Makes an account and signs it in. */
export async function register(email: string, name: string, password: string): Promise<void> {
  await api.post('/api/users', { email, name, password });
  await refresh();
}

/** Makes the first administrator and signs it in. */
export async function setUp(
  token: string,
  email: string,
  name: string,
  password: string,
): Promise<void> {
  await api.post('/api/setup', { token, email, name, password });
  await refresh();
}

/** Ends the session and forgets what this browser kept of the user. */
export async function signOut(): Promise<void> {
  try {
    await api.delete('/api/session');
  } catch (error) {
    // A session that is gone already is what was asked for.
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  }
  dropDrafts();
  session.set((now) => ({ ...now, user: null, expired: false }));
}

/** Deletes the account for good, and what this browser kept of it. */
export async function eraseMe(password: string): Promise<void> {
  await api.post('/api/me/erase', { password });
  dropDrafts();
  session.set((now) => ({ ...now, user: null, expired: false }));
}

/**
 * Takes the boot data anew: after a sign-in, when another device changed the account, and when the live
 * channel opens, before which changes were missed. Settings that are changed here meanwhile stay.
 */
export async function refresh(): Promise<void> {
  const asked = currentSession();
  const before = currentSettings();
  const boot = await api.get<Boot>('/api/boot');
  const { user, expired } = currentSession();
  // Whoever signed out meanwhile is not signed in again by an answer from before.
  if (user?.id !== asked.user?.id || expired !== asked.expired) return;
  const now = currentSettings();
  takeBoot(now === before || !boot.user ? boot : { ...boot, settings: now });
}

/** Takes a changed profile. */
export function setMe(user: Me): void {
  session.set((now) => ({ ...now, user }));
}

function takeBoot(boot: Boot): void {
  openDrafts(boot.user?.id ?? '');
  setCurrency(boot.page.currency);
  setAppName(boot.page.title);
  applySettings({ ...defaults, ...(boot.settings as Partial<Settings> | null) });
  session.set({ boot, user: boot.user, expired: false });
}

function inlined(): Boot | null {
  const text = document.getElementById('boot')?.textContent?.trim();
  if (!text?.startsWith('{')) return null;
  return JSON.parse(text) as Boot;
}
