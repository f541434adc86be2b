// Addresses, without React: where the page is and going elsewhere. Components use route.tsx. A few
// patterns such as "/c/:chat" are all that the app has; docs/adr/0010-small-router.md says why there is no
// larger library for them.

export type Params = Record<string, string>;

const listeners = new Set<() => void>();

/** Goes to another address of the app without loading the page anew. */
export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
  if (to === location.pathname + location.search) return;
  if (how === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  for (const listener of listeners) listener();
}

/** Fits a path into a pattern: "/c/:chat" and "/c/42" give { chat: "42" }; null when it does not fit. */
export function match(pattern: string, path: string): Params | null {
  const wanted = pattern.split('/').filter(Boolean);
  const given = path.split('/').filter(Boolean);
  if (wanted.length !== given.length) return null;
  const params: Params = {};
  for (const [at, part] of wanted.entries()) {
    const value = given[at] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decode(value);
    else if (part !== value) return null;
  }
  return params;
}

/** Calls the listener when the address changes, by navigate or by the browser's buttons. */
export function onAddress(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener('popstate', onPopState);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener('popstate', onPopState);
  };
}

function onPopState(): void {
  for (const listener of listeners) listener();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone "%": the path as it is
  }
}
