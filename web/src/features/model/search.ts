import type { Model, ModelLayout, ModelProvider } from '@/kit/api/types';
import { laidOut } from './layout';

export interface Group {
  /** The provider's name, or "pinned" and "recent" for those of several. */
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

/** What the groups are called that are no provider's. */
export interface Headings {
  pinned: string;
  recent: string;
  curated: string;
}

/** With so few to choose from, a second list of the same would only be in the way. */
const few = 6;

/**
 * The models that hold every word of the query, by provider, as the layout says. Without a query the
 * pinned ones and those used lately come first, once more.
 */
export function searchModels(
  providers: readonly ModelProvider[],
  layout: ModelLayout,
  query: string,
  recent: readonly string[],
  headings: Headings,
): Group[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const shown = laidOut(providers, layout);
  const groups: Group[] = [];
  if (words.length === 0) {
    const pinned = layout.pinned.flatMap((id) => find(shown, id, 'pinned'));
    if (pinned.length > 0) groups.push(several('pinned', headings.pinned, pinned));
    const lately = recent
      .filter((id) => !layout.pinned.includes(id))
      .flatMap((id) => find(shown, id, 'recent'));
    const many = shown.reduce((sum, { models }) => sum + models.length, 0) > few;
    if (lately.length > 0 && many) groups.push(several('recent', headings.recent, lately));
  }
  for (const provider of shown) {
    const models = provider.models
      .filter((model) => matches(provider, model, words))
      .map((model) => ({ model, provider, key: model.id }));
    if (models.length === 0) continue;
    const label = provider.label || headings.curated;
    groups.push({ name: provider.name, label, provider, models });
  }
  return groups;
}

/** Whether a model is called just as was typed. What an administrator curated is not its model. */
export function isCalled({ model, provider }: FoundModel, query: string): boolean {
  const typed = fold(query.trim());
  if (!typed) return false;
  return fold(model.label) === typed || (!provider.curated && fold(model.name) === typed);
}

function several(name: string, label: string, models: FoundModel[]): Group {
  return { name, label, provider: null, models };
}

function find(providers: readonly ModelProvider[], id: string, group: string): FoundModel[] {
  for (const provider of providers) {
    const model = provider.models.find((one) => one.id === id);
    if (model) return [{ model, provider, key: `${group} ${id}` }];
  }
  return [];
}

function matches(provider: ModelProvider, model: Model, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = textOf(provider, model);
  return words.every((word) => text.includes(word));
}

const texts = new WeakMap<Model, string>();

/** What is searched of a model; made once, as typing asks for all of them at each key. */
function textOf(provider: ModelProvider, model: Model): string {
  const known = texts.get(model);
  if (known !== undefined) return known;
  const { label, name, description = '', uses = [] } = model;
  const text = fold([provider.label, provider.name, label, name, description, ...uses].join(' '));
  texts.set(model, text);
  return text;
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
