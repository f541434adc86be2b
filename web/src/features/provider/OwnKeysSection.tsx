import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { api } from '@/kit/api';
import type { OwnKey } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { formatDateTime, formatRelative } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Badge } from '@/ui/Badge';
import { Button } from '@/ui/Button';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Rows, Section } from '@/ui/Section';
import { Skeleton } from '@/ui/Skeleton';
import { OwnKeyDialog } from './OwnKeyDialog';
import { ProviderSign } from './ProviderSign';

const key = ['provider-keys'];

/** The providers to which everyone brings a key of their own, and how this user stands with them. */
export function OwnKeysSection() {
  const client = useQueryClient();
  const keys = useQuery({
    queryKey: key,
    queryFn: () => api.get<{ items: OwnKey[] }>('/api/me/provider-keys'),
  });
  const [giving, setGiving] = useState<OwnKey | null>(null);
  const [ending, setEnding] = useState<OwnKey | null>(null);
  const changed = () => {
    void client.invalidateQueries({ queryKey: key });
    void client.invalidateQueries({ queryKey: ['models'] });
  };
  const items = keys.data?.items ?? [];
  return (
    <Section
      title={i18n.t('Your own keys')}
      lead={i18n.t('They are used for your chats only, kept sealed, and never shown again.')}
    >
      {keys.isPending && <Skeleton rows={2} />}
      {keys.isError && (
        <ErrorNotice {...errorText(keys.error)} onRetry={() => void keys.refetch()} />
      )}
      {keys.data && items.length === 0 && (
        <EmptyState
          className="rounded-md border border-line border-dashed"
          icon={<KeyRound size={22} />}
          title={i18n.t('No provider on this server asks for a key of yours.')}
        />
      )}
      {items.length > 0 && (
        <Rows>
          {items.map((item) => (
            <OwnKeyRow
              key={item.provider}
              item={item}
              onGive={() => setGiving(item)}
              onEnd={() => setEnding(item)}
            />
          ))}
        </Rows>
      )}
      {giving && <OwnKeyDialog item={giving} onClose={() => setGiving(null)} onSaved={changed} />}
      <ConfirmDialog
        item={ending}
        title={() => i18n.t('Remove your key?')}
        description={({ label }) =>
          i18n.t('The models of {provider} cannot be used until you add one again.', {
            provider: label,
          })
        }
        action={i18n.t('Remove')}
        run={async ({ provider }) => {
          await api.delete(`/api/me/provider-keys/${encodeURIComponent(provider)}`);
          changed();
        }}
        onClose={() => setEnding(null)}
      />
    </Section>
  );
}

interface OwnKeyRowProps {
  item: OwnKey;
  onGive: () => void;
  onEnd: () => void;
}

function OwnKeyRow({ item, onGive, onEnd }: OwnKeyRowProps) {
  const given = item.state !== 'missing';
  return (
    <div className="flex flex-wrap items-start gap-x-3 gap-y-2 px-4 py-3">
      <ProviderSign name={item.provider} label={item.label} />
      <div className="min-w-0 grow basis-48">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{item.label}</span>
          <StateBadge state={item.state} />
        </p>
        <p className="break-words text-ink-3 text-sm">{detailOf(item)}</p>
      </div>
      <div className="flex gap-2">
        {given && (
          <Button
            size="sm"
            variant="ghost"
            onClick={onEnd}
            aria-label={i18n.t('Remove the key of {provider}', { provider: item.label })}
          >
            {i18n.t('Remove')}
          </Button>
        )}
        <Button
          size="sm"
          variant={item.state === 'set' ? 'secondary' : 'primary'}
          onClick={onGive}
          aria-label={
            given
              ? i18n.t('Replace the key of {provider}', { provider: item.label })
              : i18n.t('Add a key of {provider}', { provider: item.label })
          }
        >
          {given ? i18n.t('Replace') : i18n.t('Add key')}
        </Button>
      </div>
    </div>
  );
}

function StateBadge({ state }: { state: OwnKey['state'] }) {
  if (state === 'set') return <Badge tone="ok">{i18n.t('In use')}</Badge>;
  if (state === 'expired') return <Badge tone="danger">{i18n.t('Expired')}</Badge>;
  return <Badge>{i18n.t('No key yet')}</Badge>;
}

function detailOf({ state, baseUrl, expiresAt, updatedAt }: OwnKey): string {
  if (state === 'missing') return i18n.t('Its models can be used once you add a key.');
  return [
    baseUrl,
    updatedAt && i18n.t('entered {when}', { when: formatRelative(updatedAt) }),
    expiresAt &&
      (state === 'expired'
        ? i18n.t('expired {when}', { when: formatDateTime(expiresAt) })
        : i18n.t('until {when}', { when: formatDateTime(expiresAt) })),
  ]
    .filter(Boolean)
    .join(' · ');
}
