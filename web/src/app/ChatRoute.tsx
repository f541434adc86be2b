import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { lookAt } from '@/features/chatlist/unread';

const ChatPage = lazy(() =>
  import('@/chat/ChatPage').then((module) => ({ default: module.ChatPage })),
);

/** A chat, or the one that is not begun yet. */
export function ChatRoute() {
  const chatId = useParams({ strict: false }).chat ?? null;
  useEffect(() => {
    lookAt(chatId);
    const onVisible = () => !document.hidden && lookAt(chatId);
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [chatId]);
  return (
    <Suspense fallback={null}>
      <ChatPage chatId={chatId} />
    </Suspense>
  );
}
