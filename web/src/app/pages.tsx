import { type ComponentType, lazy } from 'react';
import { match } from '@/kit/address';
import { onIntent } from '@/kit/route';
import { ChatRoute, loadChat } from './ChatRoute';

interface Page {
  /** One page may answer several patterns: going from one to the other keeps it mounted. */
  patterns: readonly string[];
  component: ComponentType;
  load: () => Promise<unknown>;
}

const loadSettings = () => import('./settings/SettingsPage');

/** Every page of the app, first match first. */
const pages: readonly Page[] = [
  { patterns: ['/', '/c/:chat'], component: ChatRoute, load: loadChat },
  {
    patterns: ['/settings', '/settings/:section'],
    component: lazy(() => loadSettings().then((module) => ({ default: module.SettingsPage }))),
    load: loadSettings,
  },
];

/** The page of an address. */
export function findPage(path: string): Page | undefined {
  return pages.find((page) => page.patterns.some((pattern) => match(pattern, path)));
}

onIntent((path) => void findPage(path)?.load());
