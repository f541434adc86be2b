import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Model, Models } from '@/kit/api/types';
import { dropDrafts, openDrafts } from '@/kit/draft';
import {
  askFor,
  carryOptions,
  openOptions,
  optionsOf,
  resetOptions,
  saveOptions,
  setParams,
  setRemote,
  takeOptions,
} from './options';

const client = new QueryClient();

function offer(model: Partial<Model>): void {
  const models = [{ id: 'p/m', name: 'm', label: 'M', ...model }];
  client.setQueryData<Models>(['models'], {
    items: [{ name: 'p', label: 'P', icon: 'p', models: models as Model[] }],
    default: 'p/m',
  });
}

const server = vi.fn<typeof fetch>();

afterEach(() => vi.unstubAllGlobals());
beforeEach(() => {
  server.mockReset();
  server.mockImplementation(async () => Response.json({}));
  vi.stubGlobal('fetch', server);
  openOptions(client);
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
  resetOptions('c');
  expect(askFor(client, 'c', 'p/m')).toEqual({});
  expect(optionsOf('other').params).toEqual({ temperature: 1 });
});

it('carries what was set before the chat began into it', () => {
  setParams(null, { effort: 'high' });
  carryOptions('c');
  expect(askFor(client, 'c', 'p/m')).toEqual({ params: { effort: 'high' } });
  expect(optionsOf(null).params).toEqual({});
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
  expect(optionsOf(null).params).toEqual({});
});

it('is the same object until it changes', () => {
  setParams('c', { seed: 7 });
  expect(optionsOf('c')).toBe(optionsOf('c'));
});

it('has the server keep what is set, and takes from there what another device has set', async () => {
  setParams('c', { temperature: 0.2 });
  await saveOptions('c');
  const [path, init] = server.mock.calls[0] ?? [];
  expect([path, init?.method, init?.body]).toEqual([
    '/api/chats/c',
    'PATCH',
    '{"options":{"params":{"temperature":0.2},"remote":[]}}',
  ]);
  takeOptions('c', { params: { temperature: 0.9 } });
  expect(askFor(client, 'c', 'p/m')).toEqual({ params: { temperature: 0.9 } });
  expect(server).toHaveBeenCalledTimes(1);
});

it('holds on to what could not be saved, and saves it when the chat is read again', async () => {
  server.mockImplementation(async () => new Response('', { status: 503 }));
  setParams('c', { temperature: 0.2 });
  await saveOptions('c');
  expect(optionsOf('c').params).toEqual({ temperature: 0.2 });
  server.mockImplementation(async () => Response.json({}));
  takeOptions('c', { params: { temperature: 0.9 } });
  expect(optionsOf('c').params).toEqual({ temperature: 0.2 });
  await vi.waitFor(() => expect(server).toHaveBeenCalledTimes(2));
});

it('remembers that all was taken back', async () => {
  takeOptions('c', { params: { temperature: 0.9 } });
  resetOptions('c');
  expect(optionsOf('c').params).toEqual({});
  await saveOptions('c');
  expect(optionsOf('c').params).toEqual({});
});
