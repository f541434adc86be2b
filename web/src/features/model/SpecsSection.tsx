import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { MoreHorizontal, Pencil, Plus, Sparkles, Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { modelLabel, useModels } from '@/chat/models';
import { ProviderMark } from '@/chat/ProviderMark';
import { api } from '@/kit/api';
import type { ModelSpec, ServerSettings } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { ServerRow, serverKey, useServerSettings } from '@/session/ServerRow';
import { Badge } from '@/ui/Badge';
import { Button } from '@/ui/Button';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { IconButton } from '@/ui/IconButton';
import { Menu, type MenuEntry } from '@/ui/Menu';
import { Rows, Section } from '@/ui/Section';
import { Skeleton } from '@/ui/Skeleton';
import { Switch } from '@/ui/Switch';
import { toast } from '@/ui/toast';
import { specsQuery } from './layout';
import { SpecDialog } from './SpecDialog';

/** Models with a name, a look and settings of an administrator's, and whether there are others. */
export function SpecsSection() {
  const { data, error, isPending, refetch } = useQuery(specsQuery());
  const [editing, setEditing] = useState<ModelSpec | 'new' | null>(null);
  const reload = async () => {
    const { data: now } = await refetch();
    const name = editing !== 'new' && editing?.name;
    setEditing(now?.items.find((spec) => spec.name === name) ?? null);
  };
  const create = (
    <Button icon={<Plus size={16} />} onClick={() => setEditing('new')}>
      {i18n.t('Curate a model')}
    </Button>
  );
  return (
    <Section
      title={i18n.t('Curated models')}
      lead={i18n.t('A model under a name of yours, set up for a purpose. They stand first.')}
      aside={data && data.items.length > 0 && create}
    >
      {isPending && <Skeleton rows={3} />}
      {error && !data && <ErrorNotice {...errorText(error)} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <EmptyState
          className="rounded-md border border-line border-dashed"
          icon={<Sparkles size={22} />}
          title={i18n.t('None yet. Name what people need, such as “Fast” or “Contracts”.')}
          action={create}
        />
      )}
      {data && data.items.length > 0 && (
        <Rows>
          {data.items.map((spec) => (
            <SpecRow key={spec.name} spec={spec} onEdit={() => setEditing(spec)} />
          ))}
          <SpecsSwitch
            name="prioritizeSpecs"
            label={i18n.t('New chats begin with one of these')}
            help={i18n.t('With the one chosen last, else the first; before any default preset.')}
          />
          <SpecsSwitch
            name="enforceSpecs"
            label={i18n.t('Only these')}
            help={i18n.t('Nobody can choose or use any other model.')}
          />
        </Rows>
      )}
      {editing && (
        <SpecDialog
          key={editing === 'new' ? editing : editing.revision}
          onReload={() => void reload()}
          spec={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Section>
  );
}

function SpecRow({ spec, onEdit }: { spec: ModelSpec; onEdit: () => void }) {
  const models = useModels();
  const remove = useRemove(spec);
  const { label, source } = spec;
  const items = (): MenuEntry[] => [
    { label: i18n.t('Edit'), icon: <Pencil size={16} />, onSelect: onEdit },
    source === 'ui'
      ? { label: i18n.t('Remove'), icon: <Trash2 size={16} />, danger: true, onSelect: remove }
      : {
          label: i18n.t('Back to the config file'),
          icon: <Undo2 size={16} />,
          disabled: source === 'config',
          onSelect: remove,
        },
  ];
  return (
    <div className="flex items-center gap-3 py-3 pr-2 pl-4">
      <ProviderMark provider={{ label, icon: spec.icon ?? '', models: [], curated: true }} />
      <div className="min-w-0 grow">
        <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5">
          <span dir="auto" className="min-w-0 max-w-full truncate font-medium">
            {label}
          </span>
          {spec.default && <Badge tone="accent">{i18n.t('Default')}</Badge>}
          {spec.unlisted && <Badge>{i18n.t('Not listed')}</Badge>}
          {source !== 'ui' && (
            <Badge>
              {source === 'config'
                ? i18n.t('From the config file')
                : i18n.t('Config file, changed here')}
            </Badge>
          )}
          {spec.gone && <Badge tone="danger">{i18n.t('Model is gone')}</Badge>}
        </p>
        <p dir="auto" className="truncate text-ink-3 text-sm">
          {[modelLabel(models, spec.model), spec.group, spec.description]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      <Menu label={i18n.t('Actions for {name}', { name: label })} items={items} align="end">
        {(trigger) => (
          <IconButton {...trigger} label={i18n.t('More for {name}', { name: label })}>
            <MoreHorizontal size={17} />
          </IconButton>
        )}
      </Menu>
    </div>
  );
}

/** Takes a curated model away at once, with a way back. */
function useRemove({ name, label, source, gone, revision: _, ...body }: ModelSpec): () => void {
  const client = useQueryClient();
  const changed = () => client.invalidateQueries({ queryKey: ['models'] });
  const { mutate } = useMutation({
    mutationFn: () => api.delete(`/api/models/specs/${encodeURIComponent(name ?? '')}`),
    onSuccess: async () => {
      await changed();
      const undo = async () => {
        const again = { ...body, label };
        if (source === 'ui') await api.post('/api/models/specs', again);
        else await api.put(`/api/models/specs/${encodeURIComponent(name ?? '')}`, again);
        await changed();
      };
      void toast(
        source === 'ui'
          ? i18n.t('“{name}” removed', { name: label })
          : i18n.t('“{name}” is as the config file says', { name: label }),
        { action: { label: i18n.t('Undo'), run: () => void undo() } },
      );
    },
    onError: (error) =>
      void toast(i18n.t('Nothing was changed'), { kind: 'error', detail: errorText(error).title }),
  });
  return () => mutate();
}

/** A setting about all curated models. */
function SpecsSwitch({ name, label, help }: SpecsSwitchProps) {
  const client = useQueryClient();
  const { data: settings } = useServerSettings();
  const change = useMutation({
    mutationFn: (wanted: boolean) => api.patch<ServerSettings>('/api/settings', { [name]: wanted }),
    onSuccess: (saved) => client.setQueryData(serverKey, saved),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['models'] });
      void client.invalidateQueries({ queryKey: ['config'] });
    },
    onError: (error) =>
      void toast(i18n.t('That setting could not be saved'), {
        kind: 'error',
        detail: errorText(error).title,
      }),
  });
  if (!settings) return null;
  return (
    <ServerRow name={name} settings={settings} label={label} help={help}>
      {(control) => (
        <Switch
          {...control}
          checked={change.isPending ? change.variables : settings[name]}
          onChecked={change.mutate}
        />
      )}
    </ServerRow>
  );
}

interface SpecsSwitchProps {
  /** The setting's name. */
  name: 'enforceSpecs' | 'prioritizeSpecs';
  label: string;
  help: string;
}
