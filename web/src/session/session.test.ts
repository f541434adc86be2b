import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Boot } from '@/kit/api/types';
import { currentSession, refresh } from './session';
import { applySettings, currentSettings, defaults } from './settings';

beforeEach(() => applySettings(defaults));
afterEach(() => vi.unstubAllGlobals());

test('the boot data is taken anew, but for settings that were changed here meanwhile', async () => {
  const stored = { ...defaults, theme: 'dark' as const };
  const boot = {
    user: { id: 'u' },
    settings: stored,
    page: { title: 'Ours', currency: { code: 'USD', rate: 1 } },
  } as unknown as Boot;
  vi.stubGlobal('fetch', async () => Response.json(boot));
  await refresh();
  expect(currentSettings().theme).toBe('dark');

  const reading = refresh();
  applySettings({ ...defaults, theme: 'light' });
  await reading;
  expect(currentSettings().theme).toBe('light');
  expect(currentSession().boot.page.title).toBe('Ours');
});
