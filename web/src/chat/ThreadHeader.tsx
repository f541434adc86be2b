import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useRef, useState } from 'react';
import { api } from '@/kit/api';
import type { Chat } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { toast } from '@/ui/toast';
import { chatKey } from './queries';

/** The title over the thread; a press renames it. */
export function ThreadHeader({ chat, missing }: { chat: Chat | undefined; missing: boolean }) {
  const [editing, setEditing] = useState(false);
  const title = chat?.title || (missing ? i18n.t('No such chat') : i18n.t('New chat'));
  return (
    <header className="flex h-(--header) shrink-0 items-center px-2 pl-[max(.5rem,var(--header-inset,0px))] sm:px-4">
      {chat && editing ? (
        <TitleInput chat={chat} onDone={() => setEditing(false)} />
      ) : (
        <h1 className="min-w-0">
          <button
            type="button"
            disabled={!chat}
            dir="auto"
            data-tip={chat && i18n.t('Rename')}
            onClick={() => setEditing(true)}
            className="block max-w-full truncate rounded-sm px-2 py-1 font-medium text-base transition-colors hover:bg-hover pointer-coarse:min-h-11"
          >
            {title}
          </button>
        </h1>
      )}
    </header>
  );
}

function TitleInput({ chat, onDone }: { chat: Chat; onDone: () => void }) {
  const client = useQueryClient();
  const [title, setTitle] = useState(chat.title);
  const left = useRef(false);
  const rename = useMutation({
    mutationFn: (next: string) => api.patch<Chat>(`/api/chats/${chat.id}`, { title: next }),
    onMutate: (next) =>
      client.setQueryData<Chat>(chatKey(chat.id), (known) => known && { ...known, title: next }),
    onSuccess: (known) => client.setQueryData(chatKey(chat.id), known),
    onError: (error) => {
      client.setQueryData<Chat>(
        chatKey(chat.id),
        (known) => known && { ...known, title: chat.title },
      );
      void toast(i18n.t('The name could not be saved'), {
        kind: 'error',
        detail: errorText(error).title,
      });
    },
  });
  const leave = (save: boolean) => {
    if (left.current) return;
    left.current = true;
    const next = title.trim();
    if (save && next && next !== chat.title) rename.mutate(next);
    onDone();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') leave(true);
    else if (event.key === 'Escape') leave(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <input
      autoFocus
      value={title}
      maxLength={200}
      aria-label={i18n.t('Name of the chat')}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTitle(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={() => leave(true)}
      className="h-8 w-full max-w-lg rounded-sm border border-line-strong/70 bg-surface px-2 font-medium text-base"
    />
  );
}
