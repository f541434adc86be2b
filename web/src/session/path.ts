import { useSyncExternalStore } from 'react';

/** The address above the router: which door, the set-up, or the app. */
export function usePath(): string {
  return useSyncExternalStore(listen, () => location.pathname);
}

/** Goes to another address of this page, without loading it anew. */
export function goTo(path: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', path);
  else history.replaceState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}

function listen(listener: () => void): () => void {
  addEventListener('popstate', listener);
  return () => removeEventListener('popstate', listener);
}
