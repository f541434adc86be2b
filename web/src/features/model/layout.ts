import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '@/kit/api';
import type {
  Model,
  ModelArrangement,
  ModelLayout,
  ModelOverride,
  ModelProvider,
  ModelSpecs,
} from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { toast } from '@/ui/toast';

const key = ['models', 'layout'] as const;

export const plain: ModelLayout = {
  pinned: [],
  hidden: [],
  order: [],
  everyone: { hidden: [], order: [] },
};

/** How the user wants the list of models, and what the administrator laid out for everyone. */
export function layoutQuery() {
  return queryOptions({
    queryKey: key,
    queryFn: ({ signal }) => api.get<ModelLayout>('/api/me/models', { signal }),
    staleTime: 5 * 60_000,
  });
}

/** What administrators know better, by model. */
export function overridesQuery() {
  return queryOptions({
    queryKey: ['models', 'overrides'] as const,
    queryFn: async ({ signal }) => {
      type Said = { model: string; override: ModelOverride };
      const { items } = await api.get<{ items: Said[] }>('/api/models/overrides', { signal });
      return new Map(items.map(({ model, override }) => [model, override]));
    },
  });
}

/** The models that administrators curated, listed or not. */
export function specsQuery() {
  return queryOptions({
    queryKey: ['models', 'specs'] as const,
    queryFn: ({ signal }) => api.get<ModelSpecs>('/api/models/specs', { signal }),
  });
}

/** Changes the user's own layout: at once on this page, then on the server. */
export function saveLayout(client: QueryClient, change: Partial<ModelLayout>): void {
  const before = client.getQueryData<ModelLayout>(key) ?? plain;
  const next = { ...before, ...change };
  client.setQueryData(key, next);
  const { pinned, hidden, order } = next;
  api
    .put<ModelLayout>('/api/me/models', { pinned, hidden, order })
    .catch((error: unknown) => undo(client, before, error));
}

/** Changes what everyone's list starts from. */
export function saveForEveryone(client: QueryClient, change: Partial<ModelArrangement>): void {
  const before = client.getQueryData<ModelLayout>(key) ?? plain;
  const everyone = { ...before.everyone, ...change };
  client.setQueryData(key, { ...before, everyone });
  api
    .put<ModelArrangement>('/api/models/arrangement', everyone)
    .catch((error: unknown) => undo(client, before, error));
}

function undo(client: QueryClient, before: ModelLayout, error: unknown): void {
  client.setQueryData(key, before);
  void toast(i18n.t('The list of models could not be saved'), {
    kind: 'error',
    detail: errorText(error).title,
  });
}

/** The list with an entry in or out; the entry of all of a provider's models ends in a slash. */
export function toggled(list: readonly string[], entry: string): string[] {
  return list.includes(entry) ? list.filter((one) => one !== entry) : [...list, entry];
}

/** The list with an entry one place up or down. */
export function moved(list: readonly string[], entry: string, by: -1 | 1): string[] {
  const next = [...list];
  const at = next.indexOf(entry);
  const other = next[at + by];
  if (at < 0 || other === undefined) return next;
  next[at + by] = entry;
  next[at] = other;
  return next;
}

/** The entry that stands for all models of a provider. */
export const entryOf = (provider: ModelProvider) => `${provider.name}/`;

export function isHidden(layout: ModelArrangement, provider: ModelProvider, model: Model): boolean {
  return layout.hidden.includes(model.id) || layout.hidden.includes(entryOf(provider));
}

/** The providers in the order of a layout, without what it hides; the user's own word counts first. */
export function laidOut(providers: readonly ModelProvider[], layout: ModelLayout): ModelProvider[] {
  const { everyone } = layout;
  const hidden = new Set([...layout.hidden, ...everyone.hidden]);
  // Whoever pins a model wants to see it, whatever is hidden from everyone.
  for (const id of layout.pinned) hidden.delete(id);
  const order = [...layout.order, ...everyone.order.filter((one) => !layout.order.includes(one))];
  const place = new Map(order.map((entry, at) => [entry, at]));
  const by = (entry: string) => place.get(entry) ?? order.length;
  return providers
    .filter((provider) => !hidden.has(entryOf(provider)) || provider.models.some(pinnedIn(layout)))
    .map((provider) => {
      const all = hidden.has(entryOf(provider))
        ? provider.models.filter(pinnedIn(layout))
        : provider.models.filter(({ id }) => !hidden.has(id));
      if (order.length === 0 && all.length === provider.models.length) return provider;
      return { ...provider, models: all.toSorted((a, b) => by(a.id) - by(b.id)) };
    })
    .filter(({ models }) => models.length > 0)
    .toSorted((a, b) => by(entryOf(a)) - by(entryOf(b)));
}

function pinnedIn(layout: ModelLayout) {
  return ({ id }: Model) => layout.pinned.includes(id);
}
