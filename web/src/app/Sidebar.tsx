import { PanelLeft, Search, SquarePen, X } from 'lucide-react';
import { type MouseEvent, Suspense, useDeferredValue, useEffect, useRef, useState } from 'react';
import { appName } from '@/kit/appName';
import { i18n } from '@/kit/i18n';
import { late } from '@/kit/late';
import { Link } from '@/kit/route';
import { IconButton } from '@/ui/IconButton';
import { keyNames } from '@/ui/keys';
import { Mark } from '@/ui/Mark';
import { Skeleton } from '@/ui/Skeleton';
import { AccountMenu } from './AccountMenu';

/** A phone, which opens it in a drawer, does without its code until then. */
export const ChatList = late(async () => (await import('@/features/chatlist/ChatList')).ChatList);

interface SidebarProps {
  onToggle: () => void;
  /** Something was chosen: a drawer closes. */
  onLeave?: () => void;
}

/** New chat, the filter, the chats, the account. */
export function Sidebar({ onToggle, onLeave }: SidebarProps) {
  const [text, setText] = useState('');
  const filter = useDebounced(useDeferredValue(text.trim()), 150);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLElement>(null);

  const onClick = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('a[href]')) onLeave?.();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches what the links inside do
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click as well
    <div onClick={onClick} className="flex h-full flex-col">
      <div className="flex h-(--header) shrink-0 items-center justify-between pr-1.5 pl-4 pointer-coarse:h-13">
        <Link
          to="/"
          className="flex items-center gap-2 rounded-sm font-semibold text-ink text-md tracking-tight no-underline"
        >
          <Mark size={22} />
          {appName()}
        </Link>
        <IconButton label={i18n.t('Hide the list of chats')} keys="mod+shift+s" onClick={onToggle}>
          <PanelLeft size={18} />
        </IconButton>
      </div>
      <div className="flex flex-col gap-0.5 px-2 pt-1">
        <NewChat />
        <div className="relative">
          <Search
            size={16}
            className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2.5 text-ink-3"
          />
          <input
            ref={input}
            id="chat-filter"
            type="search"
            autoComplete="off"
            aria-label={i18n.t('Find a chat by its title')}
            placeholder={i18n.t('Find a chat')}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape' && text) {
                event.stopPropagation();
                setText('');
              } else if (event.key === 'ArrowDown') {
                event.preventDefault();
                list.current?.querySelector<HTMLElement>('[data-chat]')?.focus();
              }
            }}
            className="h-8.5 w-full rounded-[8px] border border-transparent bg-transparent pr-8 pl-9 transition-colors placeholder:text-ink-2 hover:bg-hover focus:border-line-strong focus:bg-surface focus:outline-none pointer-coarse:h-11"
          />
          {text && (
            <IconButton
              size="sm"
              label={i18n.t('Clear')}
              onClick={() => {
                setText('');
                input.current?.focus();
              }}
              className="-translate-y-1/2 absolute top-1/2 right-0.5"
            >
              <X size={14} />
            </IconButton>
          )}
        </div>
      </div>
      <nav ref={list} aria-label={i18n.t('Chats')} className="mt-1 min-h-0 grow">
        <Suspense fallback={<Skeleton rows={7} className="mx-4.5 my-1 max-w-[80%]" />}>
          <ChatList filter={filter} />
        </Suspense>
      </nav>
      <div className="shrink-0 border-line border-t p-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
        <AccountMenu onLeave={onLeave} />
      </div>
    </div>
  );
}

function NewChat() {
  return (
    <Link
      to="/"
      className="group/new flex h-9 items-center gap-2.5 rounded-[8px] border border-line bg-surface px-2.5 font-medium text-ink no-underline transition-colors hover:border-line-strong pointer-coarse:h-11"
    >
      <SquarePen size={16} className="text-accent" />
      <span className="grow">{i18n.t('New chat')}</span>
      <span className="font-normal text-ink-3 text-xs opacity-0 transition-opacity group-hover/new:opacity-100 group-focus-visible/new:opacity-100 pointer-coarse:hidden">
        {keyNames('mod+shift+o').join(' ')}
      </span>
    </Link>
  );
}

function useDebounced<T>(value: T, millis: number): T {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), value === '' ? 0 : millis);
    return () => clearTimeout(timer);
  }, [value, millis]);
  return late;
}
