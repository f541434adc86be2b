// What the user set for themselves: in force at once on this page, then stored on the server.

import { api } from '@/kit/api';
import type { Settings } from '@/kit/api/types';
import { bindings } from '@/kit/bindings';
import { createStore, type Store } from '@/kit/store';

export const defaults: Settings = {
  theme: 'system',
  textSize: 16,
  density: 'comfortable',
  column: 'narrow',
  mode: 'full',
  language: '',
  sendKey: 'enter',
  model: '',
  singleKeys: true,
  keys: {},
};

/** Changed only here. */
export const settings: Store<Settings> = createStore<Settings>(defaults);

export function currentSettings(): Settings {
  return settings.get();
}

/** Puts settings on the page, as they come from the server. */
export function applySettings(next: Settings): void {
  settings.set(next);
  const page = document.documentElement;
  page.dataset.theme = next.theme;
  page.dataset.density = next.density;
  page.dataset.column = next.column;
  page.dataset.mode = next.mode;
  page.style.setProperty('--thread-size', `${next.textSize}px`);
  page.dataset.singleKeys = next.singleKeys ? 'on' : 'off';
  bindings.set(next.keys);
}

/** Applies a change at once and stores it; when that fails it is taken back and the error thrown. */
export async function saveSettings(change: Partial<Settings>): Promise<void> {
  const before = settings.get();
  applySettings({ ...before, ...change });
  try {
    await api.patch('/api/me/settings', change);
  } catch (error) {
    const undone = { ...settings.get() };
    for (const key of Object.keys(change) as (keyof Settings)[]) restore(undone, before, key);
    applySettings(undone);
    throw error;
  }
}

function restore<K extends keyof Settings>(to: Settings, from: Settings, key: K): void {
  to[key] = from[key];
}
