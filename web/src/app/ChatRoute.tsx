import { type Slots, SlotsContext } from '@/chat/slots';
import { useSeen } from '@/features/chatlist/unread';
import { ModelPicker } from '@/features/model/ModelPicker';
import { ComposerTools, ParametersSide } from '@/features/parameters/slots';
import { PresetTools } from '@/features/preset/slots';
import { late } from '@/kit/late';
import { useParams } from '@/kit/route';

const fetchPage = () => import('@/chat/ChatPage');
const ChatPage = late(async () => (await fetchPage()).ChatPage);

/** Fetches the new chat's code, or with a chat open also the thread's. */
export async function loadChat(path: string): Promise<void> {
  const thread =
    path === '/' || path === '/c/new' ? null : fetchPage().then(({ ChatView }) => ChatView.load());
  await Promise.all([ChatPage.load(), thread]);
}

/** What features put into the chat. */
const slots: Slots = { ModelPicker, ComposerTools, PresetTools };

/** A chat, or the one that is not begun yet. */
export function ChatRoute() {
  const { chat } = useParams('/c/:chat');
  const chatId = !chat || chat === 'new' ? null : chat;
  useSeen(chatId);
  return (
    <SlotsContext value={slots}>
      <div className="flex h-full min-h-0">
        <div className="min-w-0 grow">
          <ChatPage chatId={chatId} />
        </div>
        <ParametersSide />
      </div>
    </SlotsContext>
  );
}
