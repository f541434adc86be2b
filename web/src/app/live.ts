import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { dropRow, putChat, updateLists } from '@/features/chatlist/cache';
import { api } from '@/kit/api';
import type { Chat, SystemEvent } from '@/kit/api/types';
import { connection, disconnect, subscribe } from '@/kit/realtime';
import { refresh } from '@/session/session';
import { applySettings } from '@/session/settings';
import { useMe } from '@/session/useSession';

/** Keeps what is cached in step with the user's other tabs and devices. */
export function useLive(): void {
  const client = useQueryClient();
  const { id } = useMe();
  // The connection belongs to the session: when that ends, so does the connection.
  useEffect(() => disconnect, []);
  // A session that was ended elsewhere loses its connection first: asking shows whether that is why.
  useEffect(
    () =>
      connection.subscribe(() => {
        if (connection.get() === 'offline') void api.get('/api/me').catch(() => undefined);
      }),
    [],
  );
  useEffect(
    () =>
      subscribe<SystemEvent>(
        `sys:${id}`,
        (event) => {
          // An answer that is under way may be older than the event, and would undo it.
          const reading = client.isFetching({ queryKey: ['chats'] }) > 0;
          take(client, event);
          if (reading) void readChats(client);
        },
        (again) => {
          void readChats(client);
          // The open chat's name too may have changed since it was read.
          void client.invalidateQueries({ queryKey: ['chat'] });
          void refresh().catch(() => undefined);
          if (!again) return;
          void client.invalidateQueries({ queryKey: ['models'] });
          void client.invalidateQueries({ queryKey: ['presets'] });
        },
      ),
    [client, id],
  );
}

/** Reads the lists of chats anew; what is under way is dropped, which invalidating alone does not. */
async function readChats(client: QueryClient): Promise<void> {
  const lists = { queryKey: ['chats'] };
  await client.cancelQueries(lists);
  await client.invalidateQueries(lists);
}

function take(client: QueryClient, event: SystemEvent): void {
  switch (event.type) {
    case 'chat':
      putChat(client, event.chat);
      void client.invalidateQueries({ queryKey: ['chats', 'recent'] });
      client.setQueryData<Chat>(
        ['chat', event.chat.id],
        (chat) => chat && { ...chat, ...event.chat },
      );
      break;
    case 'chat_deleted':
      updateLists(client, (pages) => dropRow(pages, event.chat));
      void client.invalidateQueries({ queryKey: ['chats', 'recent'] });
      break;
    case 'settings':
      applySettings(event.settings);
      break;
    case 'presets':
      void client.invalidateQueries({ queryKey: ['presets'] });
      break;
    case 'models':
      void client.invalidateQueries({ queryKey: ['models'] });
      break;
    case 'config':
      client.setQueryData(['config', 'status'], event.status);
      void client.invalidateQueries({ queryKey: ['config', 'keys'] });
      break;
    case 'session':
    case 'page':
      void refresh().catch(() => undefined);
      break;
  }
}
