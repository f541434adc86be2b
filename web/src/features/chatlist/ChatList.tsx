import { MessageSquare } from 'lucide-react';
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { navigate } from '@/kit/address';
import type { ChatRow } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { useParams } from '@/kit/route';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Skeleton } from '@/ui/Skeleton';
import { ChatItem, type ChatItemActions } from './ChatItem';
import { rowsOf } from './cache';
import { groupByDate, type Line } from './group';
import { useChats, useDelete, useRename } from './useChats';

const ahead = 25;

/** The user's chats by date. Thousands are one scroll: only what is in sight is on the page. */
export function ChatList({ filter }: { filter: string }) {
  const chats = useChats(filter);
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = chats;
  const lines = useMemo(() => groupByDate(rowsOf(data)), [data]);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const { actions, editing, reachable } = useRows(lines, scroller, list);
  useOpenInSight(lines, list);

  const onScroll = useCallback(
    (offset: number) => {
      const handle = list.current;
      if (!handle || !hasNextPage || isFetchingNextPage) return;
      if (handle.findItemIndex(offset + handle.viewportSize) > lines.length - ahead) {
        void fetchNextPage();
      }
    },
    [lines.length, hasNextPage, isFetchingNextPage, fetchNextPage],
  );

  // A tall window may show the whole first page without a scroll.
  useEffect(() => onScroll(0), [onScroll]);

  if (chats.isPending) return <Skeleton rows={7} className="mx-4.5 my-1 max-w-[80%]" />;
  if (chats.isError && lines.length === 0) {
    return (
      <ErrorNotice
        {...errorText(chats.error)}
        onRetry={() => void chats.refetch()}
        className="mx-3"
      />
    );
  }
  if (lines.length === 0) return <NoChats filter={filter} />;
  return (
    <div ref={scroller} className="h-full overflow-y-auto overscroll-contain pb-3">
      <Virtualizer
        ref={list}
        scrollRef={scroller}
        as="ul"
        item="li"
        data={lines}
        itemSize={32}
        onScroll={onScroll}
      >
        {(line) =>
          line.kind === 'group' ? (
            <h2
              key={`group ${line.label}`}
              className="mx-4.5 pt-4 pb-1.5 font-medium text-ink-3 text-xs"
            >
              {line.label}
            </h2>
          ) : (
            <ChatItem
              key={line.row.id}
              row={line.row}
              editing={editing === line.row.id}
              reachable={reachable === line.row.id}
              actions={actions}
            />
          )
        }
      </Virtualizer>
    </div>
  );
}

function NoChats({ filter }: { filter: string }) {
  return (
    <EmptyState
      icon={<MessageSquare size={20} />}
      title={
        filter
          ? i18n.t('No chat has “{filter}” in its title.', { filter })
          : i18n.t('Your chats will be listed here.')
      }
    />
  );
}

/** Brings the open chat into sight, once, when the list is there. */
function useOpenInSight(lines: Line[], list: RefObject<VirtualizerHandle | null>): void {
  const open = useParams('/c/:chat').chat;
  const done = useRef(false);
  useEffect(() => {
    if (done.current || lines.length === 0) return;
    done.current = true;
    const at = lines.findIndex((line) => line.kind === 'chat' && line.row.id === open);
    if (at >= 0) list.current?.scrollToIndex(at, { align: 'nearest' });
  }, [lines, open, list]);
}

/** Renaming, deleting and walking with the keyboard. */
function useRows(
  lines: Line[],
  scroller: RefObject<HTMLDivElement | null>,
  list: RefObject<VirtualizerHandle | null>,
) {
  const [editing, setEditing] = useState<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const open = useParams('/c/:chat').chat ?? null;
  const rename = useRename().mutate;
  const remove = useDelete().mutate;
  const now = useRef({ lines, open });
  now.current = { lines, open };

  const actions = useMemo<ChatItemActions>(() => {
    const focus = (id: string) => {
      setFocused(id);
      const at = now.current.lines.findIndex((line) => line.kind === 'chat' && line.row.id === id);
      list.current?.scrollToIndex(at, { align: 'nearest' });
      // The row may come onto the page only with the scroll.
      requestAnimationFrame(() =>
        requestAnimationFrame(() =>
          scroller.current?.querySelector<HTMLElement>(`[data-chat="${id}"]`)?.focus(),
        ),
      );
    };
    const neighbour = (row: ChatRow, by: number) => {
      const rows = now.current.lines.flatMap((line) => (line.kind === 'chat' ? [line.row] : []));
      const at = rows.findIndex((item) => item.id === row.id);
      return rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    };
    return {
      onRename: (row) => setEditing(row.id),
      onRenamed: (row, title) => {
        setEditing(null);
        if (title !== null) rename({ row, title });
        focus(row.id);
      },
      onMove: (row, by) => {
        const to = neighbour(row, by);
        if (to) focus(to.id);
      },
      onDelete: (row) => {
        const after = neighbour(row, 1);
        const next = after?.id === row.id ? neighbour(row, -1) : after;
        const open = now.current.open === row.id;
        remove({ row, open });
        if (open) navigate('/');
        if (next && next.id !== row.id) focus(next.id);
      },
    };
  }, [rename, remove, list, scroller]);

  const ids = lines.flatMap((line) => (line.kind === 'chat' ? [line.row.id] : []));
  const reachable = [focused, open].find((id) => id && ids.includes(id)) ?? ids[0] ?? null;
  return { actions, editing, reachable };
}
