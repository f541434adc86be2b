import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { type KeyboardEvent, memo, useEffect, useRef } from 'react';
import type { ChatRow } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { Link, usePath } from '@/kit/route';
import { cx } from '@/ui/cx';
import { IconButton } from '@/ui/IconButton';
import { Menu } from '@/ui/Menu';
import { openMenuIn, useLongPress } from '@/ui/useLongPress';

export interface ChatItemActions {
  onRename: (row: ChatRow) => void;
  onDelete: (row: ChatRow) => void;
  /** A title was typed; null leaves the old one. */
  onRenamed: (row: ChatRow, title: string | null) => void;
  /** Arrow keys, Home and End: to the row that is so many away. */
  onMove: (row: ChatRow, by: number) => void;
}

interface ChatItemProps {
  row: ChatRow;
  editing: boolean;
  /** The row that Tab reaches. */
  reachable: boolean;
  actions: ChatItemActions;
}

const steps: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** One chat of the list: its title, what it is doing, and a menu. */
export const ChatItem = memo(function ChatItem({
  row,
  editing,
  reachable,
  actions,
}: ChatItemProps) {
  const press = useLongPress(openMenuIn);
  if (editing) return <TitleInput row={row} onDone={(title) => actions.onRenamed(row, title)} />;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step !== undefined) actions.onMove(row, step);
    else if (event.key === 'F2') actions.onRename(row);
    else if (event.key === 'Delete') actions.onDelete(row);
    else return;
    event.preventDefault();
  };
  const tabIndex = reachable ? 0 : -1;
  return (
    <div
      className="group/item relative mx-2 data-pressed:rounded-[8px] data-pressed:bg-hover pointer-coarse:select-none pointer-coarse:[-webkit-touch-callout:none]"
      {...press}
    >
      <Link
        to={`/c/${row.id}`}
        data-chat={row.id}
        tabIndex={tabIndex}
        onKeyDown={onKeyDown}
        onDoubleClick={() => actions.onRename(row)}
        title={row.title}
        className={cx(
          'flex h-(--row) items-center gap-2 rounded-[8px] pr-2 pl-2.5 text-ink-2 no-underline transition-colors hover:bg-hover hover:text-ink',
          'aria-[current=page]:bg-hover aria-[current=page]:font-medium aria-[current=page]:text-ink',
          'group-focus-within/item:pr-9 group-hover/item:pr-9 group-has-aria-expanded/item:pr-9 pointer-coarse:pr-11 -outline-offset-2!',
        )}
      >
        <span dir="auto" className="grow truncate text-left">
          {row.title || i18n.t('New chat')}
        </span>
        <StateDot row={row} />
      </Link>
      <Menu
        label={i18n.t('Chat options')}
        align="end"
        items={() => [
          {
            label: i18n.t('Rename'),
            icon: <Pencil size={16} />,
            keys: 'F2',
            onSelect: () => actions.onRename(row),
          },
          {
            label: i18n.t('Delete'),
            icon: <Trash2 size={16} />,
            danger: true,
            onSelect: () => actions.onDelete(row),
          },
        ]}
      >
        {(trigger, open) => (
          <IconButton
            {...trigger}
            data-menu=""
            size="sm"
            tabIndex={tabIndex}
            label={i18n.t('Options of {title}', { title: row.title || i18n.t('New chat') })}
            className={cx(
              '-translate-y-1/2 absolute top-1/2 right-1 group-focus-within/item:opacity-100 group-hover/item:opacity-100 pointer-coarse:right-0 pointer-coarse:opacity-60',
              open ? 'opacity-100' : 'opacity-0',
            )}
          >
            <Ellipsis size={16} />
          </IconButton>
        )}
      </Menu>
    </div>
  );
});

/** What a chat is at: it runs, waits for the user, or has an answer that was not looked at. */
function StateDot({ row }: { row: ChatRow }) {
  const open = usePath() === `/c/${row.id}`;
  const [look, label] = stateOf(row, open);
  if (!look) return null;
  return (
    <>
      <span
        aria-hidden="true"
        className={cx(
          'shrink-0 rounded-full group-focus-within/item:hidden group-hover/item:hidden group-has-aria-expanded/item:hidden pointer-coarse:block!',
          look,
        )}
      />
      <span className="sr-only">{label}</span>
    </>
  );
}

function stateOf(
  { running, outcome, unread }: ChatRow,
  open: boolean,
): [look: string, label: string] {
  if (outcome === 'waiting') return ['size-2 bg-warn', i18n.t('Waits for your permission')];
  if (running) {
    const ring = 'size-2.5 animate-ring border-2 border-accent border-t-transparent';
    return [ring, i18n.t('Answering')];
  }
  // Who has the chat open is looking at it.
  if (!unread || open) return ['', ''];
  if (outcome === 'failed' || outcome === 'interrupted') {
    return ['size-2 bg-danger', i18n.t('The answer failed')];
  }
  return ['size-2 bg-accent', i18n.t('New answer')];
}

function TitleInput({ row, onDone }: { row: ChatRow; onDone: (title: string | null) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const finish = (keep: boolean) => {
    if (done.current) return;
    done.current = true;
    const title = input.current?.value.trim() ?? '';
    onDone(keep && title && title !== row.title ? title : null);
  };
  return (
    <div className="mx-2">
      <input
        ref={input}
        defaultValue={row.title}
        maxLength={200}
        aria-label={i18n.t('Name of the chat')}
        onBlur={() => finish(true)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') finish(true);
          if (event.key === 'Escape') finish(false);
        }}
        className="h-(--row) w-full rounded-[8px] border border-accent bg-surface px-[9px] outline-none"
      />
    </div>
  );
}
