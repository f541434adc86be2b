import { useQueryClient } from '@tanstack/react-query';
import { Suspense, useEffect, useLayoutEffect } from 'react';
import { late } from '@/kit/late';
import { Home } from './Home';
import { openOutbox } from './outbox';

/** The thread and its markdown are more code than all the rest: a new chat does not wait for them. */
export const ChatView = late(async () => (await import('./ChatView')).ChatView);

/** A chat, or with null the one that is not begun yet. */
export function ChatPage({ chatId }: { chatId: string | null }) {
  const client = useQueryClient();
  // Before the effects of what is in it, which bring what the new cache holds.
  useLayoutEffect(() => openOutbox(client), [client]);
  useEffect(() => {
    // It is there before the first message is written.
    const timer = setTimeout(ChatView.load, 500);
    return () => clearTimeout(timer);
  }, []);
  if (chatId === null) return <Home />;
  return (
    <Suspense fallback={null}>
      <ChatView key={chatId} chatId={chatId} />
    </Suspense>
  );
}
