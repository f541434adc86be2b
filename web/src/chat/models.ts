import { useQuery } from '@tanstack/react-query';
import { createContext } from 'react';
import type { Model, ModelProvider, Models } from '@/kit/api/types';
import { createStore } from '@/kit/store';
import { useStore } from '@/kit/useStore';
import { saveSettings } from '@/session/settings';
import { usePage } from '@/session/useSession';
import { useSettings } from '@/session/useSettings';
import { modelsQuery } from './queries';

export interface KnownModel extends Model {
  provider: ModelProvider;
}

/** The models by their id; null until they are known. */
export function useModels(): ReadonlyMap<string, KnownModel> | null {
  const { data } = useQuery(modelsQuery());
  return data ? indexModels(data) : null;
}

/** Whether a provider waits for a key of the user's own, which is not there or has ended. */
export function wantsKey({ key }: ModelProvider): boolean {
  return key === 'missing' || key === 'expired';
}

/** Whether there are models that wait for a key of the user's own. */
export function useWantsKey(): boolean {
  const { data } = useQuery(modelsQuery());
  return data?.items.some(wantsKey) ?? false;
}

/** By the list that they were made of: every message asks, and there may be thousands of models. */
const indexes = new WeakMap<Models, ReadonlyMap<string, KnownModel>>();

function indexModels(list: Models): ReadonlyMap<string, KnownModel> {
  const made = indexes.get(list);
  if (made) return made;
  const all = new Map<string, KnownModel>();
  for (const provider of list.items) {
    for (const model of provider.models) all.set(model.id, { ...model, provider });
  }
  indexes.set(list, all);
  return all;
}

/** A model's name for reading; of one that is gone, the end of its id. */
export function modelLabel(models: ReadonlyMap<string, KnownModel> | null, id: string): string {
  return models?.get(id)?.label || id.slice(id.indexOf('/') + 1);
}

/** The name under which a model answers: an administrator's, else its own. */
export function speakerLabel(models: ReadonlyMap<string, KnownModel> | null, id: string): string {
  return models?.get(id)?.speaker || modelLabel(models, id);
}

/** The name of a model's provider for reading. */
export function providerLabel(models: ReadonlyMap<string, KnownModel> | null, id: string): string {
  return models?.get(id)?.provider.label || id.slice(0, Math.max(id.indexOf('/'), 0));
}

/** The model that an open chat asks next, for the composers in it. */
export const ChatModelContext = createContext<[string, (model: string) => void]>([
  '',
  () => undefined,
]);

/** What was chosen in a chat since the page was opened. */
const chosen = createStore<ReadonlyMap<string, string>>(new Map());

/**
 * The model that the next message of a chat goes to, and the way to choose it: what was picked here,
 * else what was asked last, else the user's last choice, else the server's default.
 */
export function useChosenModel(
  chat: string | null,
  askedLast: string | undefined,
): [string, (model: string) => void] {
  const picked = useStore(chosen, (all) => all.get(chat ?? ''));
  const saved = useSettings((settings) => settings.model);
  const { data } = useQuery(modelsQuery());
  const fallback = data && firstKnown(data, saved);
  // Where nobody can choose, a chat whose model is gone goes on with the one that there is.
  const fixed = !usePage().modelSelect && data && !isKnown(data, askedLast);
  const pick = (model: string) => {
    chooseModel(chat, model);
    // The choice is in force here even if it cannot be remembered.
    void saveSettings({ model }).catch(() => undefined);
  };
  return [picked || (fixed ? fallback : askedLast) || fallback || saved, pick];
}

/** Chooses the model of a chat, and of no other; empty takes the choice back. */
export function chooseModel(chat: string | null, model: string): void {
  chosen.set((all) => new Map(all).set(chat ?? '', model));
}

/** Carries the choice made on the empty page over to the chat that begins with it. */
export function carryChoice(chat: string): void {
  const model = chosen.get().get('');
  if (!model) return;
  chosen.set((all) => {
    const next = new Map(all).set(chat, model);
    next.delete('');
    return next;
  });
}

function isKnown({ items }: Models, id = ''): boolean {
  return items.some(({ models }) => models.some((model) => model.id === id));
}

/** Whether a model is one that an administrator curated. */
export function isCurated(model: string): boolean {
  return model.startsWith('specs/');
}

function firstKnown({ items, default: preset, always, curated }: Models, saved: string): string {
  const ids = items.flatMap(({ models }) => models.map(({ id }) => id));
  const first = always || (curated && isCurated(preset) && !isCurated(saved));
  const wanted = first ? [preset, saved] : [saved, preset];
  return wanted.find((id) => ids.includes(id)) ?? ids[0] ?? '';
}
