import { useQueryClient } from '@tanstack/react-query';
import { i18n } from '@/kit/i18n';
import { ContextHint } from './ContextHint';
import { Composer } from './composer/Composer';
import { setEditing } from './editing';
import { Footer } from './Footer';
import { sendMessage, useOutbox } from './outbox';
import { branch, stopTurn } from './useActions';
import type { Thread } from './useThread';

interface ChatComposerProps {
  shown: Thread;
  chat: string;
  model: string;
  onModel: (model: string) => void;
  onSent: (message: string) => void;
}

/** The composer at the foot of an open chat. */
export function ChatComposer({ shown, chat, model, onModel, onSent }: ChatComposerProps) {
  const client = useQueryClient();
  const turn = shown.running?.turn;
  // What the server refused is not there to go on after.
  const refused = useOutbox(chat).filter(({ state }) => state === 'failed');
  const parent =
    shown.path.findLast(({ id }) => !refused.some((entry) => entry.id === id))?.id ?? null;
  const answer = turn ? undefined : shown.path.findLast(({ role }) => role === 'assistant');
  const lastQuestion = shown.path.findLast(({ role }) => role === 'user')?.id;
  return (
    <div className="shrink-0 px-(--gutter)">
      <div className="mx-auto w-full max-w-(--column) px-3 pb-[max(.75rem,env(safe-area-inset-bottom))] sm:px-6">
        <Composer
          draftKey={chat}
          model={model}
          onModel={onModel}
          placeholder={i18n.t('Reply')}
          autoFocus={matchMedia('(pointer: fine)').matches}
          hold={turn !== undefined}
          onStop={turn ? () => stopTurn(turn) : undefined}
          onUp={lastQuestion ? () => setEditing(chat, lastQuestion, true) : undefined}
          onBranch={answer && ((asked) => void branch(client, chat, asked, answer))}
          onSubmit={({ text, media }) =>
            onSent(sendMessage(client, { chat, text, model, parent, media }))
          }
          hint={<ContextHint chat={chat} path={shown.path} model={model} />}
        />
        <Footer />
      </div>
    </div>
  );
}
