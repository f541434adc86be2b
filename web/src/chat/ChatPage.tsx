import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { Home } from './Home';
import { openOutbox } from './outbox';

// The thread and its markdown are more code than all the rest: a new chat does not wait for them.
const load = () => import('./ChatView');
const ChatView = lazy(() => load().then((module) => ({ default: module.ChatView })));

/** A chat, or with null the one that is not begun yet. */
export function ChatPage({ chatId }: { chatId: string | null }) {
  const client = useQueryClient();
  useEffect(() => openOutbox(client), [client]);
  useEffect(() => {
    // It is there before the first message is written.
    const timer = setTimeout(load, 500);
    return () => clearTimeout(timer);
  }, []);
  if (chatId === null) return <Home />;
  return (
    <Suspense fallback={null}>
      <ChatView key={chatId} chatId={chatId} />
    </Suspense>
  );
}
