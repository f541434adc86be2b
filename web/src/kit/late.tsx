import { type ComponentType, createElement, lazy, useState } from 'react';

/** A component whose code is fetched when it is first wanted, or earlier by load. */
export type Late<P> = ComponentType<P> & { load: () => Promise<unknown> };

/**
 * Like React's lazy, but once the code is there it renders at once: lazy always shows the fallback
 * first, and React keeps a fallback on the page for up to 300 ms.
 */
export function late<P extends object>(fetch: () => Promise<ComponentType<P>>): Late<P> {
  let ready: ComponentType<P> | null = null;
  let coming: Promise<ComponentType<P>> | null = null;
  const load = () => {
    coming ??= fetch().then(
      (component) => {
        ready = component;
        return component;
      },
      (error: unknown) => {
        coming = null; // the next wish tries again
        throw error;
      },
    );
    return coming;
  };
  const Waiting = lazy(async () => ({ default: await load() }));
  // biome-ignore lint/correctness/noComponentHookFactories: late is called once, at module level
  function Chosen(props: P) {
    // Once for each place: changing it later would lose what the component holds.
    const [component] = useState<ComponentType<P>>(() => ready ?? Waiting);
    return createElement(component, props);
  }
  return Object.assign(Chosen, { load });
}
