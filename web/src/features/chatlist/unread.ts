import { useQuery } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { api } from '@/kit/api';
import type { Chat } from '@/kit/api/types';

/** Tells the server that the chat which is on the page has been looked at, whenever it has news. */
export function useSeen(chat: string | null): void {
  const visible = useSyncExternalStore(onVisibility, () => !document.hidden);
  // Whoever shows the chat reads it; this only watches.
  const { data } = useQuery<Chat>({ queryKey: ['chat', chat], enabled: false });
  const unread = visible && data?.unread === true;
  useEffect(() => {
    // What could not be noted is noted with the next news, or the next look.
    if (chat && unread) void api.post(`/api/chats/${chat}/seen`).catch(() => undefined);
  }, [chat, unread]);
}

function onVisibility(onChange: () => void): () => void {
  document.addEventListener('visibilitychange', onChange);
  return () => document.removeEventListener('visibilitychange', onChange);
}
