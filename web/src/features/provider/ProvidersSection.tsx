import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plug, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '@/kit/api';
import type { Provider, ProviderNote } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { Dialog } from '@/ui/Dialog';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Rows, Section } from '@/ui/Section';
import { Skeleton } from '@/ui/Skeleton';
import { toast } from '@/ui/toast';
import { ConnectProvider } from './ConnectProvider';
import { EditProviderDialog } from './EditProviderDialog';
import { Notes } from './Notes';
import { ProviderRow } from './ProviderRow';

interface Providers {
  items: Provider[];
  notes: ProviderNote[];
}

const key = ['providers'];
/** How often the page looks how the providers are doing, in milliseconds. */
const every = 15_000;

/** Where answers come from, for everyone on this server. */
export function ProvidersSection() {
  const client = useQueryClient();
  const providers = useQuery({
    queryKey: key,
    queryFn: () => api.get<Providers>('/api/providers'),
    refetchInterval: every,
  });
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<Provider | null>(null);
  const [ending, setEnding] = useState<Provider | null>(null);
  const changed = () => {
    void client.invalidateQueries({ queryKey: key });
    void client.invalidateQueries({ queryKey: ['models'] });
  };
  const items = providers.data?.items ?? [];
  const reload = async ({ name }: Provider) => {
    const { data } = await providers.refetch();
    setEditing(data?.items.find((provider) => provider.name === name) ?? null);
  };
  const add = (
    <Button
      variant={items.length ? 'secondary' : 'primary'}
      icon={<Plus size={16} />}
      onClick={() => setAdding(true)}
    >
      {i18n.t('Add provider')}
    </Button>
  );
  return (
    <Section
      title={i18n.t('Connected')}
      lead={i18n.t('Their models can be chosen by everyone on this server.')}
      aside={items.length > 0 && add}
    >
      {providers.isPending && <Skeleton rows={3} />}
      {providers.isError && (
        <ErrorNotice {...errorText(providers.error)} onRetry={() => void providers.refetch()} />
      )}
      {providers.data && items.length === 0 && (
        <EmptyState
          className="rounded-md border border-line border-dashed"
          icon={<Plug size={22} />}
          title={i18n.t('No provider yet. Without one nobody can chat.')}
          action={add}
        />
      )}
      {items.length > 0 && (
        <Rows>
          {items.map((provider) => (
            <ProviderRow
              key={provider.name}
              provider={provider}
              onEdit={() => setEditing(provider)}
              onDelete={() => setEnding(provider)}
            />
          ))}
        </Rows>
      )}
      {providers.data && <Notes notes={providers.data.notes} />}
      <Dialog open={adding} onClose={() => setAdding(false)} firm title={i18n.t('Add a provider')}>
        <div className="pb-3">
          <ConnectProvider
            taken={items.map(({ name }) => name)}
            demo={!items.some(({ kind }) => kind === 'demo')}
            onConnected={(provider) => {
              changed();
              setAdding(false);
              void toast(i18n.t('{provider} connected', { provider: provider.label }), {
                kind: 'ok',
              });
            }}
          />
        </div>
      </Dialog>
      {editing && (
        <EditProviderDialog
          key={editing.revision}
          provider={editing}
          onClose={() => setEditing(null)}
          onChanged={changed}
          onReload={() => void reload(editing)}
        />
      )}
      <ConfirmDialog
        item={ending}
        title={({ label }) => i18n.t('Remove {provider}?', { provider: label })}
        description={() =>
          i18n.t(
            'Its key is deleted from this server. Chats with its models stay, but go on with another.',
          )
        }
        action={i18n.t('Remove')}
        run={async ({ name }) => {
          await api.delete(`/api/providers/${encodeURIComponent(name)}`);
          changed();
        }}
        onClose={() => setEnding(null)}
      />
    </Section>
  );
}
