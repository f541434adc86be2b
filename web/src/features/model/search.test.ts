import { expect, it } from 'vitest';
import type { Model, ModelLayout, ModelProvider } from '@/kit/api/types';
import { moved, plain, toggled } from './layout';
import { isCalled, searchModels } from './search';

function provider(name: string, ...models: string[]): ModelProvider {
  return {
    name,
    label: name.toUpperCase(),
    icon: name,
    models: models.map((one) => model(name, one)),
  };
}

function model(of: string, name: string): Model {
  return {
    id: `${of}/${name}`,
    name,
    label: name,
    context: 0,
    maxOutput: 0,
    prices: null,
    vision: false,
    tools: false,
    reasoning: false,
    local: false,
  };
}

const all = [
  provider('open', 'large', 'small', 'nano', 'mini'),
  provider('anvil', 'sonata-large', 'haïku', 'epic'),
];

const headings = { pinned: 'Pinned', recent: 'Recent', curated: 'Curated' };

function outline(query: string, recent: string[] = [], layout: Partial<ModelLayout> = {}) {
  return searchModels(all, { ...plain, ...layout }, query, recent, headings).map(
    ({ label, models }) => `${label}: ${models.map((one) => one.model.name).join(' ')}`,
  );
}

it('groups by provider', () => {
  expect(outline('')).toEqual(['OPEN: large small nano mini', 'ANVIL: sonata-large haïku epic']);
});

it('finds every word, in the model or its provider, whatever the accents', () => {
  expect(outline('LARGE')).toEqual(['OPEN: large', 'ANVIL: sonata-large']);
  expect(outline('large anvil')).toEqual(['ANVIL: sonata-large']);
  expect(outline('haiku')).toEqual(['ANVIL: haïku']);
  expect(outline('nothing')).toEqual([]);
});

it('puts what was used lately first, and leaves out what is gone', () => {
  expect(outline('', ['anvil/epic', 'open/gone'])[0]).toBe('Recent: epic');
  expect(outline('large', ['anvil/epic'])).not.toContain('Recent: epic');
});

it('gives every row its own key', () => {
  const layout = { ...plain, pinned: ['open/large', 'anvil/epic'] };
  const keys = searchModels(all, layout, '', ['open/nano'], headings).flatMap((group) =>
    group.models.map(({ key }) => key),
  );
  expect(new Set(keys).size).toBe(keys.length);
});

it('finds by what a model is good for', () => {
  const [first, ...rest] = all;
  const gifted = { ...first, models: [{ ...model('open', 'gifted'), uses: ['code'] }] };
  const found = searchModels([gifted as ModelProvider, ...rest], plain, 'code', [], headings);
  expect(found.flatMap(({ models }) => models.map((one) => one.model.name))).toEqual(['gifted']);
});

it('puts pinned models first, in their order, and not among the recent ones again', () => {
  const pinned = ['anvil/epic', 'open/nano', 'open/gone'];
  expect(outline('', ['open/nano', 'open/mini'], { pinned }).slice(0, 2)).toEqual([
    'Pinned: epic nano',
    'Recent: mini',
  ]);
});

it('leaves out what is hidden, by the user or for everyone, but not what is pinned', () => {
  expect(outline('', [], { hidden: ['open/large', 'anvil/'] })).toEqual(['OPEN: small nano mini']);
  const everyone = { hidden: ['open/', 'anvil/epic'], order: [] };
  expect(outline('', [], { everyone, pinned: ['open/mini'] })).toEqual([
    'Pinned: mini',
    'OPEN: mini',
    'ANVIL: sonata-large haïku',
  ]);
});

it('follows the order: the own before that for everyone', () => {
  const everyone = { hidden: [], order: ['anvil/', 'open/mini'] };
  expect(outline('', [], { everyone })).toEqual([
    'ANVIL: sonata-large haïku epic',
    'OPEN: mini large small nano',
  ]);
  expect(outline('', [], { everyone, order: ['open/', 'open/nano'] })).toEqual([
    'OPEN: nano mini large small',
    'ANVIL: sonata-large haïku epic',
  ]);
});

it('moves and toggles entries', () => {
  expect(moved(['a/', 'b/', 'c/'], 'c/', -1)).toEqual(['a/', 'c/', 'b/']);
  expect(moved(['a/', 'b/'], 'a/', -1)).toEqual(['a/', 'b/']);
  expect(toggled(['a/'], 'a/')).toEqual([]);
  expect(toggled(['a/'], 'b/')).toEqual(['a/', 'b/']);
});

it('knows the model that is called as was typed, not one that is made of it', () => {
  const [open] = all;
  if (!open) throw new Error('no provider');
  const found = { model: model('open', 'haïku'), provider: open, key: 'k' };
  const curated = { ...found, model: { ...found.model, label: 'Contracts' } };
  const within = { ...open, curated: true };
  expect(isCalled(found, ' Haiku ')).toBe(true);
  expect(isCalled(found, 'hai')).toBe(false);
  expect(isCalled({ ...curated, provider: within }, 'haiku')).toBe(false);
  expect(isCalled({ ...curated, provider: within }, 'contracts')).toBe(true);
  expect(isCalled({ ...found, model: { ...found.model, label: '' } }, '')).toBe(false);
});
