/**
 * Closes what a growing text has opened and not closed yet: emphasis, code spans, links. Only a
 * growing text needs it, so it comes with the first one; until then the tail is shown as it is.
 * Formulas and fences know their own open state.
 */
type Remend = typeof import('remend').default;

/** A picture whose address is still coming: nothing of it can be shown yet. */
const UNFINISHED_IMAGE = /!\[[^\]\n]*(?:\](?:\([^)\n]*)?)?$/;

let remend: Remend | undefined;
let loading: Promise<void> | undefined;

/** Fetches what `mend` needs. */
export function loadMend(): Promise<void> {
  loading ??= import('remend').then(
    (module) => {
      remend = module.default;
    },
    () => {
      // Offline, or a new version was installed: the next text asks again.
      loading = undefined;
    },
  );
  return loading;
}

/** The source with its open syntax closed. */
export function mend(raw: string): string {
  if (!remend) {
    void loadMend();
    return raw;
  }
  return remend(raw.replace(UNFINISHED_IMAGE, ''), {
    katex: false,
    inlineKatex: false,
    linkMode: 'text-only',
    comparisonOperators: false,
    singleTilde: false,
  });
}
