import { ArrowDown } from 'lucide-react';
import {
  type Ref,
  type RefObject,
  Suspense,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
} from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { Message } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { late } from '@/kit/late';
import { isLive } from '@/turn/frame';
import type { DeliveryState } from '../message/Delivery';
import { MessageRow, type MessageRowProps } from '../message/MessageRow';
import type { Thread as Shown } from '../useThread';
import { useFollow } from './useFollow';

const LongRows = late(async () => (await import('./LongRows')).LongRows<MessageRowProps>);

/** Up to here every message is on the page, so that the browser's own search and selection work. */
const mounted = 60;
/** So many of the last are laid out from the first picture on: nothing moves at the end. */
const tail = 8;

export interface ThreadHandle {
  toEnd: () => void;
  pin: (id: string, at: number) => void;
  hold: (from: string, to: string) => void;
  /** Brings a message onto the page and gives it the focus. */
  focus: (id: string) => void;
}

interface ThreadProps {
  shown: Shown;
  label: string;
  ref: Ref<ThreadHandle>;
}

/** The messages of the path, one below the other. */
export function Thread({ shown, label, ref }: ThreadProps) {
  const { path, running } = shown;
  const follow = useFollow();
  const list = useRef<VirtualizerHandle>(null);
  const rows = useMemo(() => path.map((_, at) => rowOf(shown, at)), [shown, path]);
  const long = path.length > mounted;
  const soonLong = path.length > mounted / 2;
  useEffect(() => {
    if (soonLong) void LongRows.load().catch(() => undefined); // Rendering it asks again.
  }, [soonLong]);
  useImperativeHandle(ref, () => ({
    toEnd: follow.toEnd,
    pin: follow.pin,
    hold: follow.hold,
    focus: (id) => focus(path, id, list),
  }));
  return (
    <div className="relative min-h-0 grow">
      <div
        ref={follow.scroller}
        className="h-full overflow-y-auto overscroll-contain scroll-py-6 [scrollbar-gutter:stable_both-edges]"
      >
        <div
          ref={follow.content}
          role="feed"
          aria-label={label}
          aria-busy={running !== undefined}
          className="pb-6"
        >
          {long ? (
            <Suspense fallback={null}>
              <LongRows list={list} scroller={follow.scroller} rows={rows} tail={tail}>
                {(row) => <MessageRow key={row.message.id} {...row} />}
              </LongRows>
            </Suspense>
          ) : (
            rows.map((row, at) => (
              <div
                key={row.message.id}
                className={
                  at < rows.length - tail
                    ? '[contain-intrinsic-size:auto_12rem] [content-visibility:auto]'
                    : undefined
                }
              >
                <MessageRow {...row} />
              </div>
            ))
          )}
        </div>
        <div ref={follow.space} aria-hidden="true" />
      </div>
      <div className="pointer-events-none absolute inset-x-(--gutter) top-0 h-4 bg-linear-to-b from-bg to-transparent" />
      <div className="pointer-events-none absolute inset-x-(--gutter) bottom-0 h-6 bg-linear-to-t from-bg to-transparent" />
      {follow.away && (
        <button
          type="button"
          onClick={follow.toEnd}
          className="absolute bottom-3 left-1/2 flex h-8 -translate-x-1/2 items-center gap-1.5 rounded-full border border-line bg-surface pr-3.5 pl-2.5 text-ink-2 text-sm shadow-menu transition-colors hover:bg-hover hover:text-ink pointer-coarse:h-11"
        >
          <ArrowDown size={15} aria-hidden="true" />
          {i18n.t('Jump to the end')}
        </button>
      )}
    </div>
  );
}

function focus(
  path: readonly Message[],
  id: string,
  list: RefObject<VirtualizerHandle | null>,
): void {
  const find = () => document.getElementById(`message-${id}`);
  const at = path.findIndex((message) => message.id === id);
  if (!find()) list.current?.scrollToIndex(at, { align: 'nearest' });
  requestAnimationFrame(() => {
    const element = find();
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: 'nearest' });
  });
}

function rowOf(shown: Shown, at: number): MessageRowProps {
  const { path, tree, streams, outbox, running } = shown;
  const message = path[at] as Message;
  const entry = outbox.get(message.id);
  const question = message.role === 'assistant' ? path[at - 1] : message;
  return {
    message,
    siblings: tree.siblings(message.id),
    position: at + 1,
    count: path.length,
    stream: message.turn ? streams.get(message.turn) : undefined,
    busy: running !== undefined,
    edited: question?.edits !== undefined && question.edits !== '',
    branches: tree.children(message.id).length > 0,
    delivery: deliveryOf(shown, at),
    error: entry?.error,
  };
}

function deliveryOf({ path, outbox, delivered }: Shown, at: number): DeliveryState | null {
  const message = path[at];
  const entry = message && outbox.get(message.id);
  if (entry) return entry.state;
  const reply = path[at + 1];
  if (message?.role !== 'user' || reply?.role !== 'assistant' || !isLive(reply.status)) return null;
  return delivered.has(reply.id) || reply.parts.length > 0 ? 'delivered' : 'accepted';
}
