import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { navigate } from '@/kit/address';
import { api } from '@/kit/api';
import type { Chat, ChatRow, Page } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { toast } from '@/ui/toast';
import { type ChatPages, dropRow, findRow, patchRow, putChat, updateLists } from './cache';

const pageSize = 50;

/** The chats whose title holds the filter, newest activity first, page by page. */
export function useChats(filter: string) {
  return useInfiniteQuery<Page<ChatRow>, Error, ChatPages, string[], string | null>({
    queryKey: ['chats', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<ChatRow>>('/api/chats', {
        query: { limit: pageSize, cursor: pageParam ?? undefined, q: filter },
        signal,
      }),
    initialPageParam: null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

/** Renames a chat, at once on the page. */
export function useRename() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ row, title }: { row: ChatRow; title: string }) =>
      api.patch<Chat>(`/api/chats/${row.id}`, { title }),
    onMutate: ({ row, title }) =>
      updateLists(client, (pages) => patchRow(pages, row.id, { title, titleSource: 'user' })),
    onSuccess: (chat) => client.setQueryData(['chat', chat.id], chat),
    onError: (error, { row }) => {
      updateLists(client, (pages) => patchRow(pages, row.id, row));
      void toast(i18n.t('The name could not be saved'), {
        kind: 'error',
        detail: errorText(error).title,
      });
    },
  });
}

interface Deletion {
  row: ChatRow;
  /** It was the page: bringing it back leads to it. */
  open: boolean;
}

/** Deletes a chat, at once on the page, with a way back. */
export function useDelete() {
  const client = useQueryClient();
  const restore = async (id: string, open: boolean) => {
    try {
      putChat(client, await api.post<ChatRow>(`/api/chats/${id}/restore`));
      if (open) navigate(`/c/${id}`);
    } catch (error) {
      void toast(i18n.t('The chat could not be brought back'), {
        kind: 'error',
        detail: errorText(error).title,
      });
    }
  };
  return useMutation({
    mutationFn: ({ row }: Deletion) => api.delete(`/api/chats/${row.id}`),
    onMutate: ({ row }) => updateLists(client, (pages) => dropRow(pages, row.id)),
    onSuccess: (_, { row, open }) => {
      void client.invalidateQueries({ queryKey: ['chats', 'recent'] });
      void toast(i18n.t('Chat deleted'), {
        detail: row.title,
        action: { label: i18n.t('Undo'), run: () => void restore(row.id, open) },
      });
    },
    onError: (error, { row }) => {
      if (!findRow(client, row.id)) putChat(client, row);
      void toast(i18n.t('The chat could not be deleted'), {
        kind: 'error',
        detail: errorText(error).title,
      });
    },
  });
}
