import {
  ChevronDown,
  Copy,
  Ellipsis,
  History,
  Pencil,
  RotateCcw,
  Shuffle,
  Trash2,
} from 'lucide-react';
import { type ReactNode, type RefObject, useRef } from 'react';
import type { Message } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import { IconButton } from '@/ui/IconButton';
import { Menu, type MenuEntry } from '@/ui/Menu';
import { type ChatActions, useChatActions } from '../actions';
import { useSlots } from '../slots';
import { SiblingSwitch } from './SiblingSwitch';

interface MessageActionsProps {
  message: Message;
  siblings: readonly Message[];
  /** The end of the thread: its actions are always seen. */
  last: boolean;
  /** It replaces an earlier version, or answers one that does. */
  edited: boolean;
  /** Something follows it, so that deleting the branch is more than deleting it. */
  branches: boolean;
  /** Said in the same line. */
  note?: ReactNode;
}

/** What can be done with a message. Always on the page; seen where the pointer or the focus is. */
export function MessageActions(props: MessageActionsProps) {
  const { message, siblings, last, edited, note } = props;
  const actions = useChatActions();
  const mine = message.role === 'user';
  // Under a finger all but the last message keep what needs more room in the menu.
  const quick = last ? '' : 'pointer-coarse:hidden';
  const retry = useRef<HTMLSpanElement>(null);
  return (
    <div
      className={cx('flex h-8 items-center gap-0.5', mine ? '-mr-1.5 flex-row-reverse' : '-ml-1.5')}
    >
      {note}
      <SiblingSwitch id={message.id} siblings={siblings} />
      {edited && (
        <button
          type="button"
          data-tip={i18n.t('Show the earlier version')}
          onClick={() => actions.showEarlier(message.id)}
          className="h-6 rounded-sm px-1.5 text-ink-3 text-xs transition-colors hover:bg-hover hover:text-ink pointer-coarse:h-11"
        >
          {i18n.t('edited')}
        </button>
      )}
      <div
        className={cx(
          'flex items-center gap-0.5 transition-opacity',
          !last &&
            'pointer-fine:opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 [&:has([aria-expanded=true])]:opacity-100',
        )}
      >
        <IconButton
          size="sm"
          label={i18n.t('Copy')}
          keys="c"
          onClick={() => actions.copy(message.id)}
          className={quick}
        >
          <Copy size={15} />
        </IconButton>
        {mine ? (
          <IconButton
            size="sm"
            label={i18n.t('Edit')}
            keys="e"
            onClick={() => actions.edit(message.id, true)}
            className={quick}
          >
            <Pencil size={15} />
          </IconButton>
        ) : (
          <Retry message={message} last={last} host={retry} />
        )}
        <More {...props} retry={retry} />
      </div>
    </div>
  );
}

interface RetryProps {
  message: Message;
  last: boolean;
  host: RefObject<HTMLSpanElement | null>;
}

function Retry({ message, last, host }: RetryProps) {
  const actions = useChatActions();
  const { ModelPicker } = useSlots();
  return (
    // Out of sight it keeps its place: the menu opens the choice of a model from here.
    <span ref={host} className={cx('flex', !last && 'pointer-coarse:invisible pointer-coarse:w-0')}>
      <IconButton
        size="sm"
        label={i18n.t('Answer again')}
        keys="r"
        onClick={() => actions.regenerate(message.id)}
      >
        <RotateCcw size={15} />
      </IconButton>
      <ModelPicker
        value={message.model ?? ''}
        onPick={(model) => actions.regenerate(message.id, model)}
        next={() => document.getElementById(`message-${message.id}`)}
      >
        {(trigger) => (
          <IconButton
            {...trigger}
            size="sm"
            label={i18n.t('Answer again with another model')}
            className="-ml-1 w-6! min-w-6 text-ink-3"
          >
            <ChevronDown size={13} />
          </IconButton>
        )}
      </ModelPicker>
    </span>
  );
}

interface MoreProps extends MessageActionsProps {
  retry: RefObject<HTMLSpanElement | null>;
}

function More({ message, last, edited, branches, retry }: MoreProps) {
  const actions = useChatActions();
  // The menu gives the focus back first.
  const retryWith = () =>
    requestAnimationFrame(() =>
      retry.current?.querySelector<HTMLElement>('[aria-haspopup=dialog]')?.click(),
    );
  const items = (): MenuEntry[] => [
    ...(!last && matchMedia('(pointer: coarse)').matches ? quickEntries(message, actions) : []),
    ...(message.role === 'assistant'
      ? [
          {
            label: i18n.t('Answer again with…'),
            icon: <Shuffle size={16} />,
            onSelect: retryWith,
          },
          'separator' as const,
        ]
      : []),
    ...(edited
      ? [
          {
            label: i18n.t('Earlier version'),
            icon: <History size={16} />,
            onSelect: () => actions.showEarlier(message.id),
          },
          'separator' as const,
        ]
      : []),
    {
      label: i18n.t('Delete message'),
      icon: <Trash2 size={16} />,
      danger: true,
      onSelect: () => actions.remove(message.id, false),
    },
    ...(branches
      ? [
          {
            label: i18n.t('Delete with all that follows'),
            icon: <Trash2 size={16} />,
            danger: true,
            onSelect: () => actions.remove(message.id, true),
          },
        ]
      : []),
  ];
  return (
    <Menu label={i18n.t('More')} items={items} align={message.role === 'user' ? 'end' : 'start'}>
      {(trigger) => (
        <IconButton {...trigger} data-menu="" size="sm" label={i18n.t('More')}>
          <Ellipsis size={16} />
        </IconButton>
      )}
    </Menu>
  );
}

/** What has a button of its own where there is a pointer. */
function quickEntries(message: Message, actions: ChatActions): MenuEntry[] {
  const mine = message.role === 'user';
  return [
    {
      label: i18n.t('Copy'),
      icon: <Copy size={16} />,
      onSelect: () => actions.copy(message.id),
    },
    mine
      ? {
          label: i18n.t('Edit'),
          icon: <Pencil size={16} />,
          onSelect: () => actions.edit(message.id, true),
        }
      : {
          label: i18n.t('Answer again'),
          icon: <RotateCcw size={16} />,
          onSelect: () => actions.regenerate(message.id),
        },
    ...(mine ? ['separator' as const] : []),
  ];
}
