// Links and hooks over the page's address.

import { type ComponentProps, type MouseEvent, useMemo, useSyncExternalStore } from 'react';
import { match, navigate, onAddress, type Params } from './address';

let preload: (path: string) => void = () => undefined;

/** The path of the page, such as "/c/42"; the component follows it. */
export function usePath(): string {
  return useSyncExternalStore(onAddress, () => location.pathname);
}

/** What the path has in the places of a pattern; empty where the pattern is another page's. */
export function useParams(pattern: string): Params {
  const path = usePath();
  return useMemo(() => match(pattern, path) ?? {}, [pattern, path]);
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
