import { memo } from 'react';
import type { Message } from '@/kit/api/types';
import { formatDateTime } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import type { TurnStream } from '@/turn/stream';
import { cx } from '@/ui/cx';
import { openMenuIn, useLongPress } from '@/ui/useLongPress';
import { useChatActions } from '../actions';
import { useEditing } from '../editing';
import type { Outgoing } from '../outbox';
import { AssistantMessage } from './AssistantMessage';
import { Byline } from './Byline';
import { Delivery, type DeliveryState } from './Delivery';
import { MessageActions } from './MessageActions';
import { EditMessage, UserMessage } from './UserMessage';

export interface MessageRowProps {
  message: Message;
  siblings: readonly Message[];
  /** Place in the thread, from 1, and the thread's length. */
  position: number;
  count: number;
  stream: TurnStream | undefined;
  /** An answer is being written somewhere in the chat. */
  busy: boolean;
  edited: boolean;
  branches: boolean;
  delivery: DeliveryState | null;
  error: Outgoing['error'];
}

/** One message of the thread. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, position, count } = props;
  const labelId = `by-${message.id}`;
  const press = useLongPress(openMenuIn);
  return (
    <article
      id={`message-${message.id}`}
      data-message={message.id}
      tabIndex={-1}
      aria-labelledby={labelId}
      aria-posinset={position}
      aria-setsize={count}
      {...press}
      className={cx(
        'group mx-auto w-full max-w-(--column) scroll-my-6 rounded-md px-4 text-[length:var(--thread-size)] leading-(--thread-leading) outline-offset-0 sm:px-6',
        message.role === 'user' ? 'pt-5 pb-1' : 'pt-2 pb-4',
      )}
    >
      {message.role === 'user' ? (
        <Question {...props} labelId={labelId} />
      ) : (
        <Reply {...props} labelId={labelId} />
      )}
    </article>
  );
});

interface LabelledProps extends MessageRowProps {
  labelId: string;
}

function Question({ labelId, ...props }: LabelledProps) {
  const { message, siblings, position, count, busy, edited, branches, delivery, error } = props;
  const { chat } = useChatActions();
  const editing = useEditing(chat, message.id);
  const pending = delivery === 'sending' || delivery === 'queued' || delivery === 'failed';
  return (
    <>
      <h2 id={labelId} className="sr-only">
        {i18n.t('You, {when}', { when: formatDateTime(message.createdAt) })}
      </h2>
      {editing && !pending ? (
        <EditMessage message={message} busy={busy} />
      ) : (
        <div className="ml-auto flex w-fit max-w-[85%] flex-col items-end gap-1 sm:max-w-[80%]">
          <div data-tip={formatDateTime(message.createdAt)} className="max-w-full">
            <UserMessage message={message} />
          </div>
          {pending ? (
            <Delivery id={message.id} state={delivery} error={error} />
          ) : (
            <MessageActions
              message={message}
              siblings={siblings}
              last={position === count}
              edited={edited}
              branches={branches}
              note={delivery && <Delivery id={message.id} state={delivery} />}
            />
          )}
        </div>
      )}
    </>
  );
}

function Reply({ labelId, ...props }: LabelledProps) {
  const { message, siblings, position, count, stream, edited, branches } = props;
  const last = position === count;
  return (
    <>
      <h2 className="mb-1.5 font-normal">
        <Byline id={labelId} message={message} />
      </h2>
      <AssistantMessage message={message} stream={stream} end={last} />
      {!stream && (
        <div className="mt-2">
          <MessageActions
            message={message}
            siblings={siblings}
            last={last}
            edited={edited}
            branches={branches}
          />
        </div>
      )}
    </>
  );
}
