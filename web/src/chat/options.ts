// How a chat's answers are asked for, beside the text: parameters, and tools that the provider runs.
// They go with every turn. The server keeps them with the chat, for the user's other devices; what has
// not reached it yet, as before the chat begins, is kept on this browser.

import type { QueryClient } from '@tanstack/react-query';
import { api } from '@/kit/api';
import type { Chat, Model, Models, Params, TurnStart } from '@/kit/api/types';
import { readDraft, writeDraft } from '@/kit/draft';
import { createStore } from '@/kit/store';
import { useStore } from '@/kit/useStore';
import { currentSession } from '@/session/session';
import { chatKey, modelsQuery } from './queries';

export interface ChatOptions {
  params: Params;
  /** Tools that the provider runs, by name. */
  remote: readonly string[];
}

const nothing: ChatOptions = { params: {}, remote: [] };
const read = new Map<string, { text: string; options: ChatOptions }>();
/** As the server has it. */
const stored = new Map<string, ChatOptions>();
const waits = new Map<string, number>();
const changes = createStore(0);

let cache: QueryClient | null = null;

/** Milliseconds: a slider moves in many steps. */
const pause = 400;

const keyOf = (chat: string | null) => `options/${chat ?? 'new'}`;

/** Says whose chats these are. */
export function openOptions(client: QueryClient): void {
  cache = client;
  stored.clear();
}

/** What is set for a chat; null is the one that is not begun yet. The same object until it changes. */
export function optionsOf(chat: string | null): ChatOptions {
  const key = keyOf(chat);
  const text = readDraft(key);
  if (!text) return (chat && stored.get(chat)) || nothing;
  const known = read.get(key);
  if (known?.text === text) return known.options;
  const options = parse(text);
  read.set(key, { text, options });
  return options;
}

export function useOptions(chat: string | null): ChatOptions {
  return useStore(changes, () => optionsOf(chat));
}

/** Sets parameters of a chat; undefined takes one back. */
export function setParams(chat: string | null, change: Partial<Params>): void {
  const { params, remote } = optionsOf(chat);
  keep(chat, { params: defined({ ...params, ...change }), remote });
}

export function setRemote(chat: string | null, remote: readonly string[]): void {
  keep(chat, { ...optionsOf(chat), remote });
}

export function resetOptions(chat: string | null): void {
  keep(chat, nothing);
}

/** Takes what the server has, read or told live; what was not saved before is saved now. */
export function takeOptions(chat: string, { params = {}, remote = [] }: Chat['options']): void {
  stored.set(chat, { params, remote });
  changes.set((count) => count + 1);
  if (readDraft(keyOf(chat)) && !waits.has(chat)) void saveOptions(chat);
}

/** Has the server keep what is only here. It stays here while that fails, and goes with the next try. */
export async function saveOptions(chat: string): Promise<void> {
  clearTimeout(waits.get(chat));
  waits.delete(chat);
  const text = readDraft(keyOf(chat));
  if (!text) return;
  const options = parse(text);
  const sent: Chat['options'] = { params: options.params, remote: [...options.remote] };
  try {
    await api.patch<Chat>(`/api/chats/${chat}`, { options: sent });
  } catch {
    return;
  }
  stored.set(chat, options);
  cache?.setQueryData<Chat>(chatKey(chat), (known) => known && { ...known, options: sent });
  if (readDraft(keyOf(chat)) === text) writeDraft(keyOf(chat), '');
  changes.set((count) => count + 1);
}

/** Carries what was set on the empty page over to the chat that begins with it. */
export function carryOptions(chat: string): void {
  const options = optionsOf(null);
  if (options === nothing) return;
  // The chat is made by its first message, which has it saved.
  writeDraft(keyOf(chat), JSON.stringify(options));
  keep(null, nothing);
}

/** What a turn with this model is started with: levels and tools that it lacks are left out. */
export function askFor(
  client: QueryClient,
  chat: string,
  model: string,
): Pick<TurnStart, 'params' | 'remote'> {
  const { params, remote } = optionsOf(chat);
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

function keep(chat: string | null, options: ChatOptions): void {
  const empty = Object.keys(options.params).length === 0 && options.remote.length === 0;
  // Of a chat, nothing is something to save as well.
  writeDraft(keyOf(chat), empty && !chat ? '' : JSON.stringify(options));
  changes.set((count) => count + 1);
  if (!chat) return;
  clearTimeout(waits.get(chat));
  waits.set(
    chat,
    window.setTimeout(() => void saveOptions(chat), pause),
  );
}

function defined(params: Partial<Params>): Params {
  return Object.fromEntries(
    Object.entries(params).filter(([, value]) => value !== undefined && value !== ''),
  );
}

function parse(text: string): ChatOptions {
  if (!text) return nothing;
  try {
    const { params, remote } = JSON.parse(text) as Partial<ChatOptions>;
    return { params: params ?? {}, remote: remote ?? [] };
  } catch {
    return nothing;
  }
}
