import { useCallback, useEffect, useRef, useState } from 'react';
import type { Message } from '@/kit/api/types';
import { windowTitle } from '@/kit/appName';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Link } from '@/kit/route';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Announcer } from './Announcer';
import { ChatActionsContext } from './actions';
import { ChatComposer } from './ChatComposer';
import { EarlierDialog } from './message/EarlierDialog';
import { ChatModelContext, useChosenModel, useModels } from './models';
import { beganHere } from './outbox';
import { ThreadHeader } from './ThreadHeader';
import { Thread, type ThreadHandle } from './thread/Thread';
import { ThreadSkeleton } from './thread/ThreadSkeleton';
import { putBack, useActions } from './useActions';
import { useChatShortcuts } from './useChatShortcuts';
import { type Thread as Shown, useThread } from './useThread';

/** Where a sent question comes to stand: in the top third. */
const top = 0.06;

/** The model that was asked for the last answer: the next one is not for one that stood in for it. */
function askedLast({ path, chat }: Shown): string | undefined {
  const last = path.findLast(({ model }) => model);
  return last?.usage?.model ? chat?.model : (last?.model ?? chat?.model);
}

/** An open chat: title, thread, composer. */
export function ChatView({ chatId }: { chatId: string }) {
  const shown = useThread(chatId);
  const thread = useRef<ThreadHandle>(null);
  const [earlier, setEarlier] = useState<string | null>(null);
  const [returned, setReturned] = useState(0);
  const choice = useChosenModel(chatId, askedLast(shown));
  const [model, setModel] = choice;
  const models = useModels();
  const onSent = useCallback((id: string) => thread.current?.pin(id, top), []);
  const actions = useActions(chatId, shown, {
    model,
    isKnown: (id) => models === null || models.has(id),
    onSent,
    onSelected: (from, to) => thread.current?.hold(from, to),
    onEarlier: setEarlier,
    onTakenBack: (text) => {
      putBack(chatId, text);
      setReturned((count) => count + 1);
    },
  });
  useChatShortcuts(shown, actions, thread);
  const first = shown.path[0]?.id;
  const fresh = shown.path.length < 3;
  useEffect(() => {
    if (first && fresh && beganHere(chatId)) thread.current?.pin(first, top);
  }, [chatId, first, fresh]);
  useTitle(shown.chat?.title);
  return (
    <ChatActionsContext value={actions}>
      <main id="main" className="flex h-full min-h-0 flex-col">
        <SkipLinks last={shown.path.at(-1)?.id} />
        <ThreadHeader chat={shown.chat} missing={shown.state === 'missing'} />
        {shown.state === 'ready' && shown.path.length > 0 ? (
          <ChatModelContext value={choice}>
            <Thread ref={thread} shown={shown} label={shown.chat?.title || i18n.t('Messages')} />
          </ChatModelContext>
        ) : (
          <Instead shown={shown} />
        )}
        {shown.state !== 'missing' && (
          <ChatComposer
            key={returned}
            shown={shown}
            chat={chatId}
            model={model}
            onModel={setModel}
            onSent={onSent}
          />
        )}
        <Announcer
          running={shown.running !== undefined}
          stream={shown.running?.turn ? shown.streams.get(shown.running.turn) : undefined}
          last={shown.path.at(-1)}
        />
      </main>
      <EarlierDialog
        shown={earlier ? versions(shown, earlier) : null}
        onClose={() => setEarlier(null)}
      />
    </ChatActionsContext>
  );
}

/** For the keyboard: past the thread, or to its end. */
function SkipLinks({ last }: { last: string | undefined }) {
  return (
    <>
      {last && (
        <a href={`#message-${last}`} className="skip-link">
          {i18n.t('Skip to the last message')}
        </a>
      )}
      <a href="#composer" className="skip-link">
        {i18n.t('Skip to writing')}
      </a>
    </>
  );
}

/** What stands where the thread would: loading, failed, gone or empty. */
function Instead({ shown: { state, error, again } }: { shown: Shown }) {
  if (state === 'loading') return <ThreadSkeleton />;
  return (
    <div className="flex min-h-0 grow flex-col items-center justify-center p-4">
      {state === 'ready' && <EmptyState title={i18n.t('This chat has no messages.')} />}
      {state === 'missing' && (
        <EmptyState
          title={i18n.t('This chat does not exist, or it is not yours.')}
          action={<Link to="/">{i18n.t('Start a new chat')}</Link>}
        />
      )}
      {state === 'failed' && <ErrorNotice {...errorText(error)} onRetry={again} />}
    </div>
  );
}

/** A message beside its earlier version; of an answer, the answer to the earlier question. */
function versions({ tree }: Shown, id: string): { now: Message; before: Message | null } | null {
  const now = tree.get(id);
  if (!now) return null;
  if (now.role === 'user') return { now, before: (now.edits && tree.get(now.edits)) || null };
  const question = now.parent ? tree.get(now.parent) : undefined;
  const earlier = question?.edits ? tree.children(question.edits) : [];
  return { now, before: earlier.findLast(({ role }) => role === 'assistant') ?? null };
}

function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (!title) return undefined;
    document.title = windowTitle(title);
    return () => {
      document.title = windowTitle(undefined);
    };
  }, [title]);
}
