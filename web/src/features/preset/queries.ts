import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { beganHere } from '@/chat/outbox';
import { begunWith } from '@/chat/preset';
import { api } from '@/kit/api';
import type { Preset, Presets, UsedPreset } from '@/kit/api/types';

interface InUse {
  preset: UsedPreset | null;
}

/** All presets that one sees, without their instructions. */
export function presetsQuery() {
  return queryOptions({
    queryKey: ['presets', 'list'],
    queryFn: ({ signal }) => api.get<Presets>('/api/presets', { signal }),
    staleTime: 5 * 60_000,
  });
}

/** One preset with all of it. */
export function presetQuery(id: string) {
  return queryOptions({
    queryKey: ['presets', 'one', id],
    queryFn: ({ signal }) => api.get<Preset>(`/api/presets/${id}`, { signal }),
  });
}

const usedKey = (chat: string) => ['presets', 'used', chat] as const;

/** What a chat was set up with. Of one that began on this page that is known already. */
export function usedQuery(chat: string) {
  return queryOptions({
    queryKey: usedKey(chat),
    queryFn: ({ signal }) => api.get<InUse>(`/api/chats/${chat}/preset`, { signal }),
    initialData: beganHere(chat) ? { preset: asUsed(begunWith.get(chat)) } : undefined,
    staleTime: 5 * 60_000,
  });
}

function asUsed(preset: Preset | undefined): UsedPreset | null {
  if (!preset) return null;
  const { id: used, name, icon, model, params, tokens } = preset;
  const since = new Date().toISOString();
  return { preset: used, name, icon, model, params, tokens, state: 'same', since };
}

/** Sets a chat up with a preset from now on, or with null goes on without. */
export async function setUp(client: QueryClient, chat: string, preset: string | null) {
  const path = `/api/chats/${chat}/preset`;
  let inUse: InUse = { preset: null };
  if (preset) inUse = await api.put<InUse>(path, { preset });
  else await api.delete(path);
  client.setQueryData(usedKey(chat), inUse);
}

/** The presets are not the same any more. */
export function presetsChanged(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ queryKey: ['presets'] });
}
