import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Model, Models } from '@/kit/api/types';
import { dropDrafts, openDrafts } from '@/kit/draft';
import {
  askFor,
  askingOf,
  carryAsking,
  openAsking,
  resetAsking,
  saveAsking,
  setParams,
  setRemote,
  takeAsking,
} from './asking';

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
  openAsking(client);
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

it('has the server keep what is set, and takes from there what another device has set', async () => {
  setParams('c', { temperature: 0.2 });
  await saveAsking('c');
  const [path, init] = server.mock.calls[0] ?? [];
  expect([path, init?.method, init?.body]).toEqual([
    '/api/chats/c',
    'PATCH',
    '{"asking":{"params":{"temperature":0.2},"remote":[]}}',
  ]);
  takeAsking('c', { params: { temperature: 0.9 } });
  expect(askFor(client, 'c', 'p/m')).toEqual({ params: { temperature: 0.9 } });
  expect(server).toHaveBeenCalledTimes(1);
});

it('holds on to what could not be saved, and saves it when the chat is read again', async () => {
  server.mockImplementation(async () => new Response('', { status: 503 }));
  setParams('c', { temperature: 0.2 });
  await saveAsking('c');
  expect(askingOf('c').params).toEqual({ temperature: 0.2 });
  server.mockImplementation(async () => Response.json({}));
  takeAsking('c', { params: { temperature: 0.9 } });
  expect(askingOf('c').params).toEqual({ temperature: 0.2 });
  await vi.waitFor(() => expect(server).toHaveBeenCalledTimes(2));
});

it('remembers that all was taken back', async () => {
  takeAsking('c', { params: { temperature: 0.9 } });
  resetAsking('c');
  expect(askingOf('c').params).toEqual({});
  await saveAsking('c');
  expect(askingOf('c').params).toEqual({});
});
