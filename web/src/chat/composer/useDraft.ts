import { useCallback, useEffect, useRef, useState } from 'react';
import { readDraft, writeDraft } from '@/kit/draft';

/** How long after the last key the draft is stored. */
const pause = 250;

/**
 * The text of a composer, which outlives the page: it is stored under the key as it is typed, and the
 * pending rest when the composer or the page goes away.
 */
export function useDraft(key: string | null, initial = ''): [string, (text: string) => void] {
  const [state, setState] = useState(() => ({ key, text: readDraft(key) || initial }));
  const unsaved = useRef<{ key: string | null; text: string } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const save = useCallback(() => {
    clearTimeout(timer.current);
    if (unsaved.current) writeDraft(unsaved.current.key, unsaved.current.text);
    unsaved.current = null;
  }, []);
  if (state.key !== key) {
    save();
    setState({ key, text: readDraft(key) || initial });
  }
  useEffect(() => {
    addEventListener('pagehide', save);
    return () => {
      removeEventListener('pagehide', save);
      save();
    };
  }, [save]);
  const change = useCallback(
    (text: string) => {
      setState({ key, text });
      unsaved.current = { key, text };
      clearTimeout(timer.current);
      // What was sent must not come back; what is being typed may wait a moment.
      if (text) timer.current = setTimeout(save, pause);
      else save();
    },
    [key, save],
  );
  return [state.text, change];
}
