import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, api } from '@/kit/api';
import type { Preset, PresetBody } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Skeleton } from '@/ui/Skeleton';
import { toast } from '@/ui/toast';
import { PresetFields } from './PresetFields';
import { presetQuery, presetsChanged, usedQuery } from './queries';
import { shortName } from './usePreset';

interface PresetDialogProps {
  open: boolean;
  onClose: () => void;
  /** The preset to change; without one a new one is made. */
  preset?: Preset;
  /** What a new one begins with, over what comes from elsewhere. */
  start?: PresetBody;
  /** Where a new one takes its instructions and parameters from: a chat, or another preset. */
  from?: { chat: string } | { preset: string };
}

/** Saves a new preset, or changes one. */
export function PresetDialog({ open, onClose, preset, start, from }: PresetDialogProps) {
  const chat = from && 'chat' in from ? from.chat : '';
  const other = from && 'preset' in from ? from.preset : '';
  const id = preset?.id ?? other;
  const whole = useQuery({ ...presetQuery(id), enabled: id !== '', staleTime: 0 });
  // What is known of a chat that has just begun lacks the instructions.
  const used = useQuery({ ...usedQuery(chat), enabled: chat !== '', refetchOnMount: 'always' });
  const waits = (id !== '' && whole.isFetching) || (chat !== '' && used.isFetching);
  const fetched = preset && whole.data;
  const begin = preset ? fetched : over(used.data?.preset ?? whole.data, start);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      size="lg"
      title={preset ? i18n.t('Edit the preset') : i18n.t('Save as preset')}
      description={
        preset
          ? i18n.t('Chats that were set up with it keep what they have.')
          : i18n.t('The model, instructions and parameters, to use again.')
      }
    >
      {waits && <Skeleton rows={6} className="py-4" />}
      {!waits && whole.isError && preset && (
        <ErrorNotice {...errorText(whole.error)} onRetry={() => void whole.refetch()} />
      )}
      {!waits && begin && (
        <PresetForm
          key={fetched?.revision}
          begin={{ model: '', ...begin, name: begin.name ?? '' }}
          preset={fetched}
          onClose={onClose}
          onReload={() => void whole.refetch()}
        />
      )}
    </Dialog>
  );
}

/** What a new preset begins with: what holds in a chat, and over it what was set besides. */
function over(
  base: Pick<PresetBody, 'instructions' | 'params'> | null | undefined,
  start: PresetBody | undefined,
): Partial<PresetBody> {
  return {
    ...start,
    instructions: base?.instructions,
    params: { ...base?.params, ...start?.params },
  };
}

interface PresetFormProps {
  begin: PresetBody;
  preset: Preset | undefined;
  onClose: () => void;
  onReload: () => void;
}

function PresetForm({ begin, preset, onClose, onReload }: PresetFormProps) {
  const client = useQueryClient();
  const [body, setBody] = useState(begin);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const save = async () => {
    setBusy(true);
    try {
      const saved = preset
        ? await api.patch<Preset>(`/api/presets/${preset.id}`, changes(body, preset.revision))
        : await api.post<Preset>('/api/presets', body);
      await presetsChanged(client);
      onClose();
      tell(saved);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void save();
  };
  const overtaken = error instanceof ApiError && error.code === 'preset_changed';
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4 pb-1">
      <PresetFields body={body} onBody={setBody} preset={preset} />
      {error !== null && (
        <ErrorNotice {...errorText(error)} onRetry={overtaken ? onReload : undefined} />
      )}
      <div className="sticky bottom-0 flex justify-end gap-2 bg-surface pt-2 pb-1 max-sm:[&>*]:grow">
        <Button onClick={onClose}>{i18n.t('Cancel')}</Button>
        <Button type="submit" variant="primary" busy={busy} disabled={!body.name.trim()}>
          {i18n.t('Save')}
        </Button>
      </div>
    </form>
  );
}

/** All that may be written, whatever else the preset carries. */
function changes(body: PresetBody, revision: number) {
  const { name, description, icon, group, model, instructions, params = {} } = body;
  return {
    revision,
    name,
    description: description ?? '',
    icon: icon ?? '',
    group: group ?? '',
    model,
    instructions: instructions ?? '',
    params,
  };
}

function tell({ name, gone, model, nearest }: Preset): void {
  void toast(i18n.t('“{name}” saved', { name }), {
    kind: 'ok',
    detail: gone
      ? i18n.t('{model} is not available. Until it is, {nearest} answers.', {
          model: shortName(model),
          nearest: nearest ? shortName(nearest) : i18n.t('another model'),
        })
      : undefined,
  });
}
