import { useSyncExternalStore } from 'react';
import type { Folded } from './fold';
import type { TurnStream } from './stream';

const none = {
  subscribe: () => () => undefined,
  get: () => null,
};

/** The newest picture of a turn; null without one. Only who calls this renders per picture. */
export function useTurn(stream: TurnStream | null | undefined): Folded | null {
  const { subscribe, get } = stream ?? none;
  return useSyncExternalStore<Folded | null>(subscribe, get);
}
