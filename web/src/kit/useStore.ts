import { useSyncExternalStore } from 'react';
import type { Store } from './store';

type Readable<T> = Pick<Store<T>, 'get' | 'subscribe'>;

/** Reads a store, or what select picks of it; select must return a stable value. */
export function useStore<T>(store: Readable<T>): T;
export function useStore<T, S>(store: Readable<T>, select: (value: T) => S): S;
export function useStore<T, S>(store: Readable<T>, select?: (value: T) => S): T | S {
  const read = () => (select ? select(store.get()) : store.get());
  return useSyncExternalStore(store.subscribe, read, read);
}
