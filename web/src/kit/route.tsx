// Addresses: where the page is, going elsewhere, and links. A few patterns such as "/c/:chat" are all
// that the app has; docs/adr/small-router.md says why there is no larger library for them.

import { type ComponentProps, type MouseEvent, useMemo, useSyncExternalStore } from 'react';

export type Params = Record<string, string>;

const listeners = new Set<() => void>();
let preload: (path: string) => void = () => undefined;

/** The path of the page, such as "/c/42"; the component follows it. */
export function usePath(): string {
  return useSyncExternalStore(listen, () => location.pathname);
}

/** The part of the address after "?". */
export function useSearch(): URLSearchParams {
  const search = useSyncExternalStore(listen, () => location.search);
  return useMemo(() => new URLSearchParams(search), [search]);
}

/** What the path has in the places of a pattern; empty where the pattern is another page's. */
export function useParams(pattern: string): Params {
  const path = usePath();
  return useMemo(() => match(pattern, path) ?? {}, [pattern, path]);
}

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

/** Says how the code of a page is fetched once the pointer or the focus is on a link to it. */
export function onIntent(load: (path: string) => void): void {
  preload = load;
}

interface LinkProps extends Omit<ComponentProps<'a'>, 'href'> {
  to: string;
  replace?: boolean;
}

/** A link inside the app: a plain click stays on the page, every other is the browser's. */
export function Link({ to, replace, onClick, ...rest }: LinkProps) {
  const path = usePath();
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const { altKey, ctrlKey, metaKey, shiftKey } = event;
    if (event.defaultPrevented || event.button || altKey || ctrlKey || metaKey || shiftKey) return;
    event.preventDefault();
    navigate(to, replace ? 'replace' : 'push');
  };
  return (
    <a
      aria-current={path === to ? 'page' : undefined}
      onPointerEnter={() => preload(to)}
      onFocus={() => preload(to)}
      {...rest}
      href={to}
      onClick={follow}
    />
  );
}

function listen(listener: () => void): () => void {
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
