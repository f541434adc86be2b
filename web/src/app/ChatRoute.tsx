import { lazy, useEffect } from 'react';
import { type Slots, SlotsContext } from '@/chat/slots';
import { lookAt } from '@/features/chatlist/unread';
import { ModelPicker } from '@/features/model/ModelPicker';
import { useParams } from '@/kit/route';

export const loadChat = () => import('@/chat/ChatPage');

const ChatPage = lazy(() => loadChat().then((module) => ({ default: module.ChatPage })));

/** What features put into the chat. */
const slots: Slots = { ModelPicker };

/** A chat, or the one that is not begun yet. */
export function ChatRoute() {
  const chatId = useParams('/c/:chat').chat ?? null;
  useEffect(() => {
    lookAt(chatId);
    const onVisible = () => !document.hidden && lookAt(chatId);
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [chatId]);
  return (
    <SlotsContext value={slots}>
      <ChatPage chatId={chatId} />
    </SlotsContext>
  );
}
