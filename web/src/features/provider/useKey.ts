import { useEffect, useRef, useState } from 'react';
import { ApiError, api } from '@/kit/api';
import type { DetectedProvider, ProviderTest } from '@/kit/api/types';

/** What is known of a pasted key. */
export type KeyState =
  | { step: 'empty' }
  | { step: 'looking' }
  | { step: 'unknown' }
  | { step: 'trying'; found: DetectedProvider }
  | { step: 'tried'; found: DetectedProvider; test: ProviderTest }
  | { step: 'failed'; error: unknown };

const shortest = 8;
const wait = 250;

/** Recognises a key while it is typed, and tries it at the provider. */
export function useKey(key: string): [KeyState, again: () => void] {
  const [state, setState] = useState<KeyState>({ step: 'empty' });
  const [tries, setTries] = useState(0);
  const newest = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try of the same key
  useEffect(() => {
    const mine = ++newest.current;
    const report = (next: KeyState) => mine === newest.current && setState(next);
    if (key.length < shortest) {
      report({ step: 'empty' });
      return;
    }
    report({ step: 'looking' });
    const timer = setTimeout(() => void recognise(key, report), wait);
    return () => clearTimeout(timer);
  }, [key, tries]);
  return [state, () => setTries((count) => count + 1)];
}

async function recognise(key: string, report: (state: KeyState) => unknown): Promise<void> {
  try {
    const found = await api.post<DetectedProvider>('/api/providers/detect', { key });
    report({ step: 'trying', found });
    const { kind, baseUrl } = found;
    const test = await api.post<ProviderTest>('/api/providers/test', { kind, baseUrl, key });
    report({ step: 'tried', found, test });
  } catch (error) {
    const unknown = error instanceof ApiError && error.code === 'provider_unknown';
    report(unknown ? { step: 'unknown' } : { step: 'failed', error });
  }
}
