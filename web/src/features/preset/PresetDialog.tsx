import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { modelLabel, useModels } from '@/chat/models';
import { ApiError, api } from '@/kit/api';
import type { Preset, PresetBody } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { useSubmit } from '@/session/useSubmit';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { FormDialog } from '@/ui/FormDialog';
import { Skeleton } from '@/ui/Skeleton';
import { toast } from '@/ui/toast';
import { PresetFields } from './PresetFields';
import { presetQuery, presetsChanged, usedQuery } from './queries';

interface PresetDialogProps {
  onClose: () => void;
  /** The preset to change; without one a new one is made. */
  preset?: Preset;
  /** What a new one begins with, over what comes from elsewhere. */
  start?: PresetBody;
  /** Where a new one takes its instructions and parameters from: a chat, or another preset. */
  from?: { chat: string } | { preset: string };
}

/** What was typed, and which state of the preset it goes over. */
interface Edited {
  body: PresetBody;
  revision: number;
}

/** Saves a new preset, or changes one. */
export function PresetDialog({ onClose, preset, start, from }: PresetDialogProps) {
  const client = useQueryClient();
  const models = useModels();
  const chat = from && 'chat' in from ? from.chat : '';
  const other = from && 'preset' in from ? from.preset : '';
  const id = preset?.id ?? other;
  const whole = useQuery({ ...presetQuery(id), enabled: id !== '', staleTime: 0 });
  // What is known of a chat that has just begun lacks the instructions.
  const used = useQuery({ ...usedQuery(chat), enabled: chat !== '', refetchOnMount: 'always' });
  const [edited, setEdited] = useState<Edited | null>(null);
  const waits = !edited && ((id !== '' && whole.isFetching) || (chat !== '' && used.isFetching));
  const fetched = preset && whole.data;
  const begin = preset ? fetched : over(used.data?.preset ?? whole.data, start);
  const body = edited?.body ?? (begin && { model: '', ...begin, name: begin.name ?? '' });
  const revision = edited?.revision ?? fetched?.revision ?? 0;
  const submit = useSubmit(async () => {
    if (!body) return;
    setEdited({ body, revision });
    const saved = preset
      ? await api.patch<Preset>(`/api/presets/${preset.id}`, changes(body, revision))
      : await api.post<Preset>('/api/presets', body);
    await presetsChanged(client);
    onClose();
    tell(saved, models);
  });
  const reload = () => {
    setEdited(null);
    void whole.refetch();
  };
  const missing = preset !== undefined && whole.isError;
  return (
    <FormDialog
      {...submit}
      // What was said of a save is over once the preset is read again.
      refusal={(error) =>
        edited && (
          <ErrorNotice {...errorText(error)} onRetry={isOvertaken(error) ? reload : undefined} />
        )
      }
      onClose={onClose}
      size="lg"
      title={titleOf(preset, start)}
      description={
        preset
          ? i18n.t('Chats that were set up with it keep what they have.')
          : i18n.t('The model, instructions and parameters, to use again.')
      }
      action={i18n.t('Save')}
      disabled={waits || !body?.name.trim()}
    >
      {waits && <Skeleton rows={6} className="py-4" />}
      {!waits && missing && <ErrorNotice {...errorText(whole.error)} onRetry={reload} />}
      {!waits && body && (
        <PresetFields
          body={body}
          onBody={(next) => setEdited({ body: next, revision })}
          preset={fetched}
        />
      )}
    </FormDialog>
  );
}

function titleOf(preset: Preset | undefined, start: PresetBody | undefined): string {
  if (preset) return i18n.t('Edit the preset');
  return start?.model ? i18n.t('Save as preset') : i18n.t('New preset');
}

/** Somebody else has changed it in the meantime. */
function isOvertaken(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'preset_changed';
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

function tell({ name, gone, model, nearest }: Preset, models: ReturnType<typeof useModels>): void {
  void toast(i18n.t('“{name}” saved', { name }), {
    kind: 'ok',
    detail: gone
      ? i18n.t('{model} is not available. Until it is, {nearest} answers.', {
          model: modelLabel(models, model),
          nearest: nearest ? modelLabel(models, nearest) : i18n.t('another model'),
        })
      : undefined,
  });
}
