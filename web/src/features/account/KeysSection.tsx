import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '@/kit/api';
import type { ApiKey } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { formatDate, formatRelative } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Rows, Section } from '@/ui/Section';
import { Skeleton } from '@/ui/Skeleton';
import { NewKeyDialog } from './NewKeyDialog';

const key = ['keys'];

/** Keys for programs that act as this user. */
export function KeysSection() {
  const client = useQueryClient();
  const keys = useQuery({
    queryKey: key,
    queryFn: () => api.get<{ items: ApiKey[] }>('/api/me/keys'),
  });
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<ApiKey | null>(null);
  const create = (
    <Button icon={<Plus size={16} />} onClick={() => setMaking(true)}>
      {i18n.t('New key')}
    </Button>
  );
  const items = keys.data?.items ?? [];
  return (
    <Section
      title={i18n.t('Your keys')}
      lead={i18n.t('A program that holds one may do all that you may do here.')}
      aside={items.length > 0 && create}
    >
      {keys.isPending && <Skeleton rows={2} />}
      {keys.isError && (
        <ErrorNotice {...errorText(keys.error)} onRetry={() => void keys.refetch()} />
      )}
      {keys.data && items.length === 0 && (
        <EmptyState
          className="rounded-md border border-line border-dashed"
          icon={<KeyRound size={22} />}
          title={i18n.t('No keys yet. Make one to use Parley from a script or another app.')}
          action={create}
        />
      )}
      {items.length > 0 && (
        <Rows>
          {items.map((item) => (
            <div key={item.id} className="flex items-center gap-3 px-4 py-3">
              <div className="min-w-0 grow">
                <p className="truncate font-medium">{item.name}</p>
                <p className="text-ink-3 text-sm">
                  <code className="font-mono">{item.prefix}…</code> ·{' '}
                  {i18n.t('made {date}', { date: formatDate(item.createdAt) })} ·{' '}
                  {item.lastUsedAt
                    ? i18n.t('last used {when}', { when: formatRelative(item.lastUsedAt) })
                    : i18n.t('never used')}
                </p>
              </div>
              <Button
                size="sm"
                onClick={() => setEnding(item)}
                aria-label={i18n.t('Revoke {name}', { name: item.name })}
              >
                {i18n.t('Revoke')}
              </Button>
            </div>
          ))}
        </Rows>
      )}
      {making && (
        <NewKeyDialog
          onClose={() => setMaking(false)}
          onMade={() => void client.invalidateQueries({ queryKey: key })}
        />
      )}
      <ConfirmDialog
        item={ending}
        title={() => i18n.t('Revoke this key?')}
        description={({ name }) =>
          i18n.t('Programs that use “{name}” stop working at once.', { name })
        }
        action={i18n.t('Revoke')}
        run={async ({ id }) => {
          await api.delete(`/api/me/keys/${id}`);
          await client.invalidateQueries({ queryKey: key });
        }}
        onClose={() => setEnding(null)}
      />
    </Section>
  );
}
