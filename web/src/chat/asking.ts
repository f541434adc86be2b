// How a chat's answers are asked for, beside the text: parameters, and tools that the provider runs.
// Kept for each chat on this browser; they go with every turn.

import type { QueryClient } from '@tanstack/react-query';
import type { Model, Models, Params, TurnStart } from '@/kit/api/types';
import { readDraft, writeDraft } from '@/kit/draft';
import { createStore } from '@/kit/store';
import { useStore } from '@/kit/useStore';
import { currentSession } from '@/session/session';
import { modelsQuery } from './queries';

export interface Asking {
  params: Params;
  /** Tools that the provider runs, by name. */
  remote: readonly string[];
}

const nothing: Asking = { params: {}, remote: [] };
const read = new Map<string, { text: string; asking: Asking }>();
const changes = createStore(0);

const keyOf = (chat: string | null) => `asking/${chat ?? 'new'}`;

/** What is set for a chat; null is the one that is not begun yet. The same object until it changes. */
export function askingOf(chat: string | null): Asking {
  const key = keyOf(chat);
  const text = readDraft(key);
  const known = read.get(key);
  if (known?.text === text) return known.asking;
  const asking = parse(text);
  read.set(key, { text, asking });
  return asking;
}

export function useAsking(chat: string | null): Asking {
  return useStore(changes, () => askingOf(chat));
}

/** Sets parameters of a chat; undefined takes one back. */
export function setParams(chat: string | null, change: Partial<Params>): void {
  const { params, remote } = askingOf(chat);
  keep(chat, { params: defined({ ...params, ...change }), remote });
}

export function setRemote(chat: string | null, remote: readonly string[]): void {
  keep(chat, { ...askingOf(chat), remote });
}

export function resetAsking(chat: string | null): void {
  keep(chat, nothing);
}

/** Carries what was set on the empty page over to the chat that begins with it. */
export function carryAsking(chat: string): void {
  const asking = askingOf(null);
  if (asking === nothing) return;
  keep(chat, asking);
  keep(null, nothing);
}

/** What a turn with this model is started with: levels and tools that it lacks are left out. */
export function askFor(
  client: QueryClient,
  chat: string,
  model: string,
): Pick<TurnStart, 'params' | 'remote'> {
  const { params, remote } = askingOf(chat);
  const known = findModel(client.getQueryData<Models>(modelsQuery().queryKey), model);
  const fitting = currentSession().boot.page.parameters ? { ...params } : {};
  if (known && fitting.effort && !hasLevel(known, fitting.effort)) delete fitting.effort;
  const tools = remote.filter((tool) => !known || known.remote?.includes(tool));
  return {
    ...(Object.keys(fitting).length > 0 ? { params: fitting } : {}),
    ...(tools.length > 0 ? { remote: tools } : {}),
  };
}

/** Of a model that reasons without saying how much, any level may be asked for. */
function hasLevel({ levels, reasoning }: Model, level: string): boolean {
  return levels ? levels.includes(level) : reasoning;
}

function findModel(models: Models | undefined, id: string) {
  for (const provider of models?.items ?? []) {
    const model = provider.models.find((one) => one.id === id);
    if (model) return model;
  }
  return undefined;
}

function keep(chat: string | null, asking: Asking): void {
  const empty = Object.keys(asking.params).length === 0 && asking.remote.length === 0;
  writeDraft(keyOf(chat), empty ? '' : JSON.stringify(asking));
  changes.set((count) => count + 1);
}

function defined(params: Partial<Params>): Params {
  return Object.fromEntries(
    Object.entries(params).filter(([, value]) => value !== undefined && value !== ''),
  );
}

function parse(text: string): Asking {
  if (!text) return nothing;
  try {
    const { params, remote } = JSON.parse(text) as Partial<Asking>;
    return { params: params ?? {}, remote: remote ?? [] };
  } catch {
    return nothing;
  }
}
