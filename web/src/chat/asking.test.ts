import { QueryClient } from '@tanstack/react-query';
import { beforeEach, expect, it } from 'vitest';
import type { Model, Models } from '@/kit/api/types';
import { dropDrafts, openDrafts } from '@/kit/draft';
import { askFor, askingOf, carryAsking, resetAsking, setParams, setRemote } from './asking';

const client = new QueryClient();

function offer(model: Partial<Model>): void {
  const models = [{ id: 'p/m', name: 'm', label: 'M', ...model }];
  client.setQueryData<Models>(['models'], {
    items: [{ name: 'p', label: 'P', icon: 'p', models: models as Model[] }],
    default: 'p/m',
  });
}

beforeEach(() => {
  dropDrafts();
  openDrafts('ada');
  offer({ levels: ['low', 'high'], remote: ['web_search'] });
});

it('sends nothing when nothing is set', () => {
  expect(askFor(client, 'c', 'p/m')).toEqual({});
});

it('keeps parameters for each chat, and takes them back one by one', () => {
  setParams('c', { temperature: 0.2, topP: 0.9 });
  setParams('other', { temperature: 1 });
  expect(askFor(client, 'c', 'p/m')).toEqual({ params: { temperature: 0.2, topP: 0.9 } });
  setParams('c', { topP: undefined });
  expect(askFor(client, 'c', 'p/m')).toEqual({ params: { temperature: 0.2 } });
  resetAsking('c');
  expect(askFor(client, 'c', 'p/m')).toEqual({});
  expect(askingOf('other').params).toEqual({ temperature: 1 });
});

it('carries what was set before the chat began into it', () => {
  setParams(null, { effort: 'high' });
  carryAsking('c');
  expect(askFor(client, 'c', 'p/m')).toEqual({ params: { effort: 'high' } });
  expect(askingOf(null).params).toEqual({});
});

it('leaves out levels and tools that another model lacks, and keeps them for the one that has them', () => {
  setParams('c', { effort: 'high', temperature: 0 });
  setRemote('c', ['web_search', 'code_execution']);
  expect(askFor(client, 'c', 'p/m')).toEqual({
    params: { effort: 'high', temperature: 0 },
    remote: ['web_search'],
  });
  offer({});
  expect(askFor(client, 'c', 'p/m')).toEqual({ params: { temperature: 0 } });
});

it("does not show one user's choices to the next", () => {
  setParams(null, { effort: 'high' });
  openDrafts('bob');
  expect(askingOf(null).params).toEqual({});
});

it('is the same object until it changes', () => {
  setParams('c', { seed: 7 });
  expect(askingOf('c')).toBe(askingOf('c'));
});
