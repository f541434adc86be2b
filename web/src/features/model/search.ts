import type { Model, ModelProvider } from '@/kit/api/types';

export interface Group {
  /** The provider's name; empty for those used lately. */
  name: string;
  label: string;
  provider: ModelProvider | null;
  models: FoundModel[];
}

export interface FoundModel {
  model: Model;
  provider: ModelProvider;
  /** Unique in the list, where a model may stand twice. */
  key: string;
}

/**
 * The models that hold every word of the query in their name or their provider's, by provider. Without
 * a query those used lately come first, once more.
 */
export function searchModels(
  providers: readonly ModelProvider[],
  query: string,
  recent: readonly string[],
  recentLabel: string,
): Group[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const groups: Group[] = [];
  if (words.length === 0) {
    const lately = recent.flatMap((id) => find(providers, id));
    // With so few to choose from, a second list of the same would only be in the way.
    const many = providers.reduce((sum, { models }) => sum + models.length, 0) > 6;
    if (lately.length > 0 && many) {
      groups.push({ name: '', label: recentLabel, provider: null, models: lately });
    }
  }
  for (const provider of providers) {
    const models = provider.models
      .filter((model) => matches(provider, model, words))
      .map((model) => ({ model, provider, key: model.id }));
    if (models.length > 0) {
      groups.push({ name: provider.name, label: provider.label, provider, models });
    }
  }
  return groups;
}

function find(providers: readonly ModelProvider[], id: string): FoundModel[] {
  for (const provider of providers) {
    const model = provider.models.find((one) => one.id === id);
    if (model) return [{ model, provider, key: `recent ${id}` }];
  }
  return [];
}

function matches(provider: ModelProvider, model: Model, words: readonly string[]): boolean {
  const text = fold(`${provider.label} ${provider.name} ${model.label} ${model.name}`);
  return words.every((word) => text.includes(word));
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
