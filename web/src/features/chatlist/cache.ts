// Changes to the list of chats as pure functions on the pages that are loaded, so that an event from
// the server and an optimistic change do the same.

import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { ChatRow, Page } from '@/kit/api/types';

export type ChatPages = InfiniteData<Page<ChatRow>, string | null>;

/** Puts a row where its last activity says, once; a row older than all that is loaded is left out. */
export function placeRow(pages: ChatPages, row: ChatRow): ChatPages {
  const without = dropRow(pages, row.id);
  let placed = false;
  const next = without.pages.map((page, at) => {
    if (placed) return page;
    const last = at === without.pages.length - 1;
    const before = page.items.findIndex((item) => item.updatedAt < row.updatedAt);
    if (before < 0 && !(last && page.next === null)) return page;
    placed = true;
    const items = [...page.items];
    items.splice(before < 0 ? items.length : before, 0, row);
    return { ...page, items };
  });
  return { ...without, pages: next };
}

/** Takes a chat out. */
export function dropRow(pages: ChatPages, chat: string): ChatPages {
  return mapPages(pages, (items) =>
    items.some((item) => item.id === chat) ? items.filter((item) => item.id !== chat) : items,
  );
}

/** Changes a chat in its place. */
export function patchRow(pages: ChatPages, chat: string, change: Partial<ChatRow>): ChatPages {
  return mapPages(pages, (items) =>
    items.some((item) => item.id === chat)
      ? items.map((item) => (item.id === chat ? { ...item, ...change } : item))
      : items,
  );
}

/** All rows that are loaded, newest first, each once. */
export function rowsOf(pages: ChatPages | undefined): ChatRow[] {
  const seen = new Set<string>();
  return (pages?.pages ?? [])
    .flatMap((page) => page.items)
    .filter((row) => !seen.has(row.id) && seen.add(row.id));
}

function mapPages(pages: ChatPages, change: (items: ChatRow[]) => ChatRow[]): ChatPages {
  let same = true;
  const next = pages.pages.map((page) => {
    const items = change(page.items);
    if (items === page.items) return page;
    same = false;
    return { ...page, items };
  });
  return same ? pages : { ...pages, pages: next };
}

/** The cached row of a chat, wherever it is listed. */
export function findRow(client: QueryClient, chat: string): ChatRow | undefined {
  for (const [, pages] of client.getQueriesData<ChatPages>({ queryKey: ['chats', 'list'] })) {
    const row = rowsOf(pages).find((item) => item.id === chat);
    if (row) return row;
  }
  return undefined;
}

/** Applies a change to every list that is cached, filtered or not. */
export function updateLists(client: QueryClient, change: (pages: ChatPages) => ChatPages): void {
  client.setQueriesData<ChatPages>(
    { queryKey: ['chats', 'list'] },
    (pages) => pages && change(pages),
  );
}

/** A chat was made, renamed, used or restored. */
export function putChat(client: QueryClient, row: ChatRow): void {
  client.setQueryData<ChatPages>(['chats', 'list', ''], (pages) => pages && placeRow(pages, row));
  updateLists(client, (pages) => patchRow(pages, row.id, row));
}
