import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ChatView } from './ChatView';
import { Home } from './Home';
import { restoreOutbox } from './outbox';

/** A chat, or with null the one that is not begun yet. */
export function ChatPage({ chatId }: { chatId: string | null }) {
  const client = useQueryClient();
  useEffect(() => restoreOutbox(client), [client]);
  return chatId === null ? <Home /> : <ChatView key={chatId} chatId={chatId} />;
}
