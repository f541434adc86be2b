import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { History as HistoryIcon, Undo2 } from 'lucide-react';
import { api } from '@/kit/api';
import type { ConfigChange, Page } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { formatDateTime } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Rows, Section } from '@/ui/Section';
import { Skeleton } from '@/ui/Skeleton';
import { toast } from '@/ui/toast';
import { differences } from './filter';

/** What administrators changed, with a way back. */
export function History() {
  const client = useQueryClient();
  const history = useInfiniteQuery({
    queryKey: ['config', 'history'],
    queryFn: ({ pageParam }) =>
      api.get<Page<ConfigChange>>('/api/config/history', {
        query: { limit: 20, cursor: pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
  const undo = useMutation({
    mutationFn: (change: ConfigChange) => api.post(`/api/config/history/${change.id}/rollback`),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['config'] }),
        client.invalidateQueries({ queryKey: ['server'] }),
        client.invalidateQueries({ queryKey: ['models'] }),
        client.invalidateQueries({ queryKey: ['providers'] }),
      ]);
      void toast(i18n.t('The value from before is in force'), { kind: 'ok' });
    },
    onError: (error) =>
      void toast(i18n.t('Nothing was changed'), { kind: 'error', detail: errorText(error).title }),
  });
  const changes = history.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title={i18n.t('History')} lead={i18n.t('What administrators set on these pages.')}>
      {history.isPending && <Skeleton rows={3} />}
      {history.isError && (
        <ErrorNotice {...errorText(history.error)} onRetry={() => void history.refetch()} />
      )}
      {history.data &&
        (changes.length === 0 ? (
          <EmptyState
            className="rounded-md border border-line border-dashed"
            icon={<HistoryIcon size={22} />}
            title={i18n.t('Nothing was changed here so far.')}
          />
        ) : (
          <Rows>
            <ul className="divide-y divide-line">
              {changes.map((change) => (
                <ChangeRow
                  key={change.id}
                  change={change}
                  busy={undo.isPending && undo.variables.id === change.id}
                  onUndo={() => undo.mutate(change)}
                />
              ))}
            </ul>
          </Rows>
        ))}
      {history.hasNextPage && (
        <Button
          className="mt-3"
          busy={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          {i18n.t('Show older ones')}
        </Button>
      )}
    </Section>
  );
}

interface ChangeRowProps {
  change: ConfigChange;
  busy: boolean;
  onUndo: () => void;
}

function ChangeRow({ change, busy, onUndo }: ChangeRowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 grow basis-60">
        <p className="break-words font-medium font-mono text-sm">{change.name}</p>
        <ul className="mt-1 flex flex-col gap-1">
          {differences(change.before, change.after).map((one) => (
            <li
              key={one.path}
              className="flex min-w-0 flex-wrap items-center gap-1.5 font-mono text-sm"
            >
              {one.path && <span className="text-ink-2">{one.path}</span>}
              {one.before !== undefined && (
                <del className="line-clamp-3 break-words rounded-sm bg-danger-soft px-1.5 text-danger">
                  {one.before}
                </del>
              )}
              {one.after === undefined ? (
                <span className="text-ink-3">{i18n.t('not set any more')}</span>
              ) : (
                <ins className="line-clamp-3 break-words rounded-sm bg-ok-soft px-1.5 text-ok no-underline">
                  {one.after}
                </ins>
              )}
            </li>
          ))}
        </ul>
        <p className="mt-1 text-ink-3 text-sm">
          {change.who || i18n.t('Somebody')} · {formatDateTime(change.at)}
        </p>
      </div>
      <Button
        size="sm"
        icon={<Undo2 size={15} aria-hidden="true" />}
        busy={busy}
        onClick={onUndo}
        aria-label={i18n.t('Take the change of {name} back', { name: change.name })}
      >
        {i18n.t('Take back')}
      </Button>
    </li>
  );
}
