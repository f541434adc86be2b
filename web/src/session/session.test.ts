import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Boot } from '@/kit/api/types';
import { currentSession, refresh, signOut } from './session';
import { applySettings, currentSettings, defaults } from './settings';

beforeEach(() => applySettings(defaults));
afterEach(() => vi.unstubAllGlobals());

const stored = { ...defaults, theme: 'dark' as const };
const boot = {
  user: { id: 'u' },
  settings: stored,
  page: { title: 'Ours', currency: { code: 'USD', rate: 1 } },
} as unknown as Boot;

test('who signs out stays out, whatever was asked before', async () => {
  vi.stubGlobal('fetch', async () => Response.json(boot));
  await refresh();
  expect(currentSession().user?.id).toBe('u');

  let answer = (_: Response) => {};
  const late = new Promise<Response>((resolve) => {
    answer = resolve;
  });
  vi.stubGlobal('fetch', async (_: string, { method }: RequestInit) =>
    method === 'GET' ? late : new Response(null, { status: 204 }),
  );
  const reading = refresh();
  await signOut();
  answer(Response.json(boot));
  await reading;
  expect(currentSession().user).toBeNull();
});

test('the boot data is taken anew, but for settings that were changed here meanwhile', async () => {
  vi.stubGlobal('fetch', async () => Response.json(boot));
  await refresh();
  expect(currentSettings().theme).toBe('dark');

  const reading = refresh();
  applySettings({ ...defaults, theme: 'light' });
  await reading;
  expect(currentSettings().theme).toBe('light');
  expect(currentSession().boot.page.title).toBe('Ours');
});
