import { CirclePause, Hourglass, Unplug } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import type { Message, Source } from '@/kit/api/types';
import { formatNumber } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import type { Folded } from '@/turn/fold';
import { isLive } from '@/turn/frame';
import type { TurnStream } from '@/turn/stream';
import { useTurn } from '@/turn/useTurn';
import { Button } from '@/ui/Button';
import { useChatActions } from '../actions';
import { Activity, Ring } from './Activity';
import { ApprovalCard } from './ApprovalCard';
import { canResume } from './failures';
import { PartView } from './parts';
import { segmentsOf } from './segments';

interface AssistantMessageProps {
  message: Message;
  /** Its turn, while that runs. */
  stream: TurnStream | undefined;
  /** Nothing follows it: it may be continued here. */
  end: boolean;
}

/** An answer: no bubble, the full column. While it is written, only this renders for each picture. */
export function AssistantMessage({ message, stream, end }: AssistantMessageProps) {
  const folded = useTurn(stream);
  const now = folded ?? asFolded(message);
  return <Answer message={message} now={now} end={end} />;
}

interface AnswerProps {
  message: Message;
  now: Pick<Folded, 'status' | 'parts' | 'limit'>;
  end: boolean;
}

function Answer({ message, now: { status, parts, limit }, end }: AnswerProps) {
  const { segments, waiting, sources } = useMemo(() => segmentsOf(parts), [parts]);
  const live = isLive(status);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {segments.map((segment) =>
        segment.kind === 'activity' ? (
          <Activity key={segment.key} steps={segment.steps} live={live && segment.last} />
        ) : (
          <PartView
            key={segment.key}
            part={segment.part}
            message={message}
            streaming={live && segment.last}
          />
        ),
      )}
      {status === 'waiting' &&
        message.turn &&
        waiting.map((call) => <ApprovalCard key={call.id} turn={message.turn ?? ''} call={call} />)}
      {status === 'running' && segments.length === 0 && <Starting />}
      {sources.length > 0 && <Sources sources={sources} />}
      {!live && <Ending message={message} status={status} limit={limit} end={end} />}
    </div>
  );
}

function Starting() {
  return (
    <p className="flex items-center gap-2 py-1 text-base text-ink-2">
      <Ring />
      {i18n.t('Answering')}
    </p>
  );
}

function Sources({ sources }: { sources: readonly Source[] }) {
  return (
    <ol aria-label={i18n.t('Sources')} className="m-0 flex flex-wrap gap-1.5 p-0">
      {sources.map(({ url, title, quote }, at) => (
        <li key={`${url ?? title ?? ''} ${String(at)}`} className="flex max-w-full">
          <a
            href={safe(url)}
            target="_blank"
            rel="noreferrer noopener"
            data-tip={quote}
            className="flex max-w-72 items-center gap-1.5 rounded-sm bg-accent-soft px-2 py-0.5 text-sm no-underline hover:underline pointer-coarse:min-h-11"
          >
            <span className="text-ink-2 tabular-nums">{formatNumber(at + 1)}</span>
            <span className="truncate">{title || (url && place(url)) || quote}</span>
          </a>
        </li>
      ))}
    </ol>
  );
}

/** An address without what all of them have. */
function place(url: string): string {
  return url.replace(/^https?:\/\/(?:www\.)?/i, '').replace(/\/$/, '');
}

/** A link of the model's: only to the web. */
function safe(url: string | undefined): string | undefined {
  return url && /^https?:\/\//i.test(url) ? url : undefined;
}

interface EndingProps {
  message: Message;
  status: Message['status'];
  limit: Message['limit'];
  end: boolean;
}

/** Says how an answer ended when it did not simply end, and offers to go on. */
function Ending({ message, status, limit, end }: EndingProps) {
  const actions = useChatActions();
  const said = ending(status, limit, message.parts);
  if (!said) return status === 'complete' ? <Silence message={message} /> : null;
  const [icon, text, resumable] = said;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-base text-ink-2">
      <span className="flex items-center gap-2">
        <span className="shrink-0 text-ink-3" aria-hidden="true">
          {icon}
        </span>
        {text}
      </span>
      {resumable && end && (
        <Button size="sm" onClick={() => actions.carryOn(message.id)}>
          {i18n.t('Continue')}
        </Button>
      )}
    </div>
  );
}

/** A model may end without a word, which looks like a fault of the page. */
function Silence({ message: { id, parts } }: { message: Message }) {
  const actions = useChatActions();
  if (!parts.every(({ type, text }) => type === 'reasoning' || (type === 'text' && !text?.trim())))
    return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-base text-ink-2">
      {i18n.t('The model ended without an answer.')}
      <Button size="sm" onClick={() => actions.regenerate(id)}>
        {i18n.t('Try again')}
      </Button>
    </div>
  );
}

function isAnswer({ type }: Message['parts'][number]): boolean {
  return type !== 'error' && type !== 'notice';
}

function ending(
  status: Message['status'],
  limit: Message['limit'],
  parts: Message['parts'],
): [icon: ReactNode, text: string, resumable: boolean] | null {
  const empty = !parts.some(isAnswer);
  if (status === 'stopped') {
    return [<CirclePause key="stopped" size={15} />, i18n.t('You stopped this answer.'), !empty];
  }
  if (status === 'interrupted') {
    return [<Unplug key="cut" size={15} />, i18n.t('This answer was interrupted.'), !empty];
  }
  if (status === 'failed' && !empty) {
    const resumable = parts.every(({ failure }) => !failure || canResume(failure));
    return [<Unplug key="failed" size={15} />, i18n.t('What came before is kept.'), resumable];
  }
  if (limit === 'length') {
    const text = i18n.t('This is as long as the model may answer at once.');
    return [<Hourglass key="length" size={15} />, text, true];
  }
  if (limit === 'steps') {
    const text = i18n.t('The model has used all the tool steps of one answer.');
    return [<Hourglass key="steps" size={15} />, text, true];
  }
  return null;
}

function asFolded({ status, parts, limit, seq = 0 }: Message): Folded {
  return { status, parts, limit, seq };
}
