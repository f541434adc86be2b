import type { ComponentType } from 'react';
import { match } from '@/kit/address';
import { late } from '@/kit/late';
import { onIntent } from '@/kit/route';
import { ChatRoute, loadChat } from './ChatRoute';

interface Page {
  /** One page may answer several patterns: going from one to the other keeps it mounted. */
  patterns: readonly string[];
  component: ComponentType;
  load: (path: string) => Promise<unknown>;
}

const SettingsPage = late(async () => (await import('./settings/SettingsPage')).SettingsPage);

/** Every page of the app, first match first. */
const pages: readonly Page[] = [
  { patterns: ['/', '/c/:chat'], component: ChatRoute, load: loadChat },
  {
    patterns: ['/settings', '/settings/:section'],
    component: SettingsPage,
    load: SettingsPage.load,
  },
];

/** The page of an address. */
export function findPage(path: string): Page | undefined {
  return pages.find((page) => page.patterns.some((pattern) => match(pattern, path)));
}

/** Fetches the code of an address, so that it is there before it is shown. */
export async function loadPage(path: string): Promise<void> {
  await findPage(path)?.load(path);
}

onIntent((path) => void loadPage(path).catch(() => undefined));
