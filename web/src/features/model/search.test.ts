import { expect, it } from 'vitest';
import type { Model, ModelProvider } from '@/kit/api/types';
import { searchModels } from './search';

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

function outline(query: string, recent: string[] = []): string[] {
  return searchModels(all, query, recent, 'Recent').map(
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
  const keys = searchModels(all, '', ['anvil/epic'], 'Recent').flatMap((group) =>
    group.models.map(({ key }) => key),
  );
  expect(new Set(keys).size).toBe(keys.length);
});
