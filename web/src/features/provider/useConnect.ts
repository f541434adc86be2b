import { useState } from 'react';
import { api } from '@/kit/api';
import type { NewProvider, Provider } from '@/kit/api/types';
import { freeName } from './kinds';
import { hasFailed } from './Refused';

/** A provider to be connected; its name is made free on the way. */
export type Wanted = NewProvider;

/** Connects providers, one at a time, and keeps how the last try failed. */
export function useConnect(taken: readonly string[], onConnected: (provider: Provider) => void) {
  const [busy, setBusy] = useState('');
  const [failed, setFailed] = useState<{ wanted: Wanted; error: unknown } | null>(null);

  const connect = async (wanted: Wanted, force = false) => {
    if (busy) return;
    setBusy(`${wanted.kind} ${wanted.baseUrl ?? ''}`);
    setFailed(null);
    try {
      const body = { ...wanted, name: freeName(wanted.name, taken) };
      const query = force ? { force: true } : undefined;
      onConnected(await api.post<Provider>('/api/providers', body, { query }));
    } catch (error) {
      setFailed({ wanted, error });
    } finally {
      setBusy('');
    }
  };
  return {
    connect,
    error: failed?.error ?? null,
    /** Whether this one is being connected right now. */
    busy: ({ kind, baseUrl }: Pick<Wanted, 'kind' | 'baseUrl'>) =>
      baseUrl === undefined ? busy.startsWith(`${kind} `) : busy === `${kind} ${baseUrl}`,
    /** Saves what the provider itself refused, as when it is not up yet. */
    force: failed && hasFailed(failed.error) ? () => void connect(failed.wanted, true) : undefined,
  };
}
