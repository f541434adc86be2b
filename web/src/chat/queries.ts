// What the server knows of a chat, through the query cache; and the few ways to change it there.

import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { ApiError, api, fetched } from '@/kit/api';
import type { Chat, ChatRow, Message, Models, Page } from '@/kit/api/types';

export const chatKey = (chat: string) => ['chat', chat] as const;
export const messagesKey = (chat: string) => ['messages', chat] as const;

/** A chat and the path through it that the user looks at. */
export function chatQuery(chat: string) {
  const path = `/api/chats/${chat}`;
  return queryOptions({
    queryKey: chatKey(chat),
    queryFn: ({ signal }) => api.get<Chat>(path, { signal }),
    initialData: () => fetched<Chat>(path),
    retry: retryable,
  });
}

/** All messages of a chat, in creation order. */
export function messagesQuery(chat: string) {
  const path = `/api/chats/${chat}/messages`;
  return queryOptions({
    queryKey: messagesKey(chat),
    queryFn: async ({ signal }) => (await api.get<Page<Message>>(path, { signal })).items,
    initialData: () => fetched<Page<Message>>(path)?.items,
    retry: retryable,
  });
}

/** The models that may be chosen, by provider. */
export function modelsQuery() {
  return queryOptions({
    queryKey: ['models'],
    queryFn: ({ signal }) => api.get<Models>('/api/models', { signal }),
    initialData: () => fetched<Models>('/api/models'),
    staleTime: 5 * 60_000,
  });
}

/** The newest few chats, to go on with. */
export function recentChatsQuery() {
  return queryOptions({
    queryKey: ['chats', 'recent'],
    queryFn: async ({ signal }) =>
      (await api.get<Page<ChatRow>>('/api/chats', { query: { limit: 3 }, signal })).items,
  });
}

/** Puts messages into a chat's tree: known ones are replaced, new ones come last. */
export function putMessages(client: QueryClient, chat: string, messages: readonly Message[]): void {
  client.setQueryData<Message[]>(messagesKey(chat), (known = []) => {
    const fresh = new Map(messages.map((message) => [message.id, message]));
    const next = known.map((message) => {
      const replaced = fresh.get(message.id);
      fresh.delete(message.id);
      return replaced ?? message;
    });
    return [...next, ...fresh.values()];
  });
}

/** Changes one message of the tree, when it is there. */
export function changeMessage(
  client: QueryClient,
  chat: string,
  id: string,
  change: (message: Message) => Message,
): void {
  client.setQueryData<Message[]>(messagesKey(chat), (known) =>
    known?.map((message) => (message.id === id ? change(message) : message)),
  );
}

/** Says which message ends the path that is looked at. */
export function setLeaf(client: QueryClient, chat: string, leaf: string): void {
  client.setQueryData<Chat>(chatKey(chat), (known) => known && { ...known, leaf });
}

function retryable(failures: number, error: Error): boolean {
  return failures < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500);
}
