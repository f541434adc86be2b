import { useQuery, useQueryClient } from '@tanstack/react-query';
import { BookMarked, Download, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '@/kit/api';
import type { Preset } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { ShareDialog } from '@/session/ShareDialog';
import { Button } from '@/ui/Button';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Input } from '@/ui/Input';
import { Rows, Section } from '@/ui/Section';
import { Skeleton } from '@/ui/Skeleton';
import { ImportButton } from './ImportButton';
import { PresetDialog } from './PresetDialog';
import { PresetRow } from './PresetRow';
import { presetsChanged, presetsQuery } from './queries';
import { searchPresets } from './search';

type Open = { edit: Preset } | { share: Preset } | 'new' | null;

/** All presets, to be changed, shared, put in order and removed. */
export function PresetsSection() {
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(presetsQuery());
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const items = data?.items ?? [];
  const groups = searchPresets(items, query);
  const own = items.filter(({ right }) => right === 'owner').map(({ id }) => id);
  const create = (
    <Button icon={<Plus size={16} />} onClick={() => setOpen('new')}>
      {i18n.t('New preset')}
    </Button>
  );
  return (
    <>
      <div className="mb-6 flex flex-wrap items-center gap-2">
        <p className="min-w-60 grow basis-full text-ink-2 sm:basis-0">
          {i18n.t('A preset keeps a model, instructions and parameters to use again.')}
        </p>
        {own.length > 0 && <ExportButton />}
        <ImportButton />
        {create}
      </div>
      {items.length > 8 && (
        <Input
          type="search"
          aria-label={i18n.t('Search presets')}
          placeholder={i18n.t('Search presets')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          className="mb-6"
        />
      )}
      {isPending && <Skeleton rows={4} />}
      {error && !data && <ErrorNotice {...errorText(error)} onRetry={() => void refetch()} />}
      {data && groups.length === 0 && (
        <EmptyState
          className="rounded-md border border-line border-dashed"
          icon={<BookMarked size={22} />}
          title={
            query
              ? i18n.t('No preset matches “{query}”.', { query })
              : i18n.t('No presets yet. Save one here, or from the composer while you chat.')
          }
        />
      )}
      {groups.map(({ label, shared, items: some }) => (
        <Section
          key={`${shared} ${label}`}
          title={shared ? i18n.t('Shared with you') : label || i18n.t('Your presets')}
        >
          <Rows>
            {some.map((preset) => (
              <PresetRow
                key={preset.id}
                preset={preset}
                isDefault={preset.id === data?.default}
                order={own}
                onEdit={() => setOpen({ edit: preset })}
                onShare={() => setOpen({ share: preset })}
              />
            ))}
          </Rows>
        </Section>
      ))}
      {open === 'new' && <PresetDialog start={{ name: '', model: '' }} onClose={close} />}
      {open !== null && open !== 'new' && 'edit' in open && (
        <PresetDialog preset={open.edit} onClose={close} />
      )}
      {open !== null && open !== 'new' && 'share' in open && (
        <ShareDialog
          name={open.share.name}
          path={`/api/presets/${open.share.id}/grants`}
          onClose={close}
          onShared={() => void presetsChanged(client)}
        />
      )}
    </>
  );
}

/** One's own presets as a file, in the form that LibreChat reads. */
function ExportButton() {
  const save = async () => {
    const { presets } = await api.get<{ presets: unknown[] }>('/api/presets/export');
    const file = new Blob([JSON.stringify(presets, null, 2)], { type: 'application/json' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = 'presets.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  return (
    <Button variant="ghost" icon={<Download size={16} />} onClick={() => void save()}>
      {i18n.t('Export')}
    </Button>
  );
}
