import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { useLabels } from './labels';
import type { typeset } from './typeset';

interface FormulaProps {
  tex: string;
  /** The formula as written, delimiters included: shown until it is set, and where it cannot be. */
  source: string;
  display: boolean;
  /** False while its closing delimiter has not arrived. */
  closed: boolean;
}

const MAX_TEX = 10_000;

const tall = /\\(?:[dtc]?frac|binom|sum|prod|int|oint|lim|begin)\b/;

/** About the height that a formula of its own line will have, so that what follows stays in place. */
function roomFor(tex: string): { minHeight: string } {
  const rows = tex.split('\\\\').length;
  return { minHeight: `${rows > 1 ? rows * 1.35 + 0.4 : tall.test(tex) ? 3.4 : 2}em` };
}

/** The typesetter weighs more than everything else here; it comes with the first formula. */
let loaded: typeof typeset | undefined;
let loading = false;
const waiting = new Set<() => void>();

async function load() {
  loading = true;
  try {
    loaded = (await import('./typeset')).typeset;
    for (const wake of waiting) wake();
  } catch {
    // Offline, or a new version was installed: the next formula asks again.
    loading = false;
  }
}

function subscribe(wake: () => void): () => void {
  if (!loading) void load();
  waiting.add(wake);
  return () => waiting.delete(wake);
}

function current() {
  return loaded;
}

/** A formula, set by KaTeX once that has come. */
export function Formula({ tex, source, display, closed }: FormulaProps) {
  const set = useSyncExternalStore(subscribe, current, current);
  const labels = useLabels();
  const host = useRef<HTMLElement>(null);
  const ready = closed && tex.length <= MAX_TEX ? set : undefined;
  useLayoutEffect(() => {
    const element = host.current;
    if (!ready || !element) return;
    return ready(element, tex, source.trim(), display);
  }, [ready, tex, source, display]);
  const className = display ? 'md-math md-math-block' : 'md-math';
  const room = display ? roomFor(tex) : undefined;
  // KaTeX owns the inside of the element once it is there, so React must not.
  if (ready && display) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: it also stands inside paragraphs
      <span
        key="block"
        ref={host}
        className={className}
        style={room}
        dir="ltr"
        role="group"
        aria-label={labels.formula}
        // A long formula scrolls by itself, so the keyboard must be able to reach it.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
      />
    );
  }
  if (ready) return <span key="set" ref={host} className={className} dir="ltr" />;
  return (
    <code key="source" className={className} style={room} dir="ltr">
      {source.trim()}
    </code>
  );
}
