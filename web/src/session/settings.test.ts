import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { applySettings, currentSettings, defaults, saveSettings } from './settings';

beforeEach(() => applySettings(defaults));
afterEach(() => vi.unstubAllGlobals());

const page = document.documentElement;

test('settings are on the page at once', () => {
  applySettings({ ...defaults, theme: 'dark', textSize: 18, column: 'wide', singleKeys: false });
  expect(page.dataset).toMatchObject({ theme: 'dark', column: 'wide', singleKeys: 'off' });
  expect(page.style.getPropertyValue('--thread-size')).toBe('18px');
});

test('a change that the server refuses is taken back, and a later one stays', async () => {
  let refuse = (_: Response) => {};
  const first = new Promise<Response>((resolve) => {
    refuse = resolve;
  });
  const fetch = vi.fn().mockReturnValueOnce(first).mockResolvedValueOnce(new Response('{}'));
  vi.stubGlobal('fetch', fetch);
  const failing = saveSettings({ theme: 'dark' });
  await saveSettings({ density: 'compact' });
  expect(page.dataset.theme).toBe('dark');
  refuse(new Response('{}', { status: 500 }));
  await expect(failing).rejects.toThrow();
  expect(currentSettings()).toMatchObject({ theme: 'system', density: 'compact' });
});
