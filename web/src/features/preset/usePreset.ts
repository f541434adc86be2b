import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { chooseModel, isCurated, modelLabel, useModels } from '@/chat/models';
import { nextPreset, presetParams, presetTokens } from '@/chat/preset';
import { modelsQuery } from '@/chat/queries';
import type { Params, Preset, UsedPreset } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { useStore } from '@/kit/useStore';
import { toast } from '@/ui/toast';
import { presetsQuery, setUp, usedQuery } from './queries';

/** What is in force where a message is written. */
export interface ActivePreset {
  id: string;
  name: string;
  icon: string;
  params: Params;
  /** Of its instructions. */
  tokens: number;
  state: UsedPreset['state'];
}

const nothing: Params = {};

type KnownModels = ReturnType<typeof useModels>;

interface PresetChoice {
  active: ActivePreset | null;
  /** Takes a preset from now on; says whether that went well. */
  use: (preset: Preset) => Promise<boolean>;
  /** Goes on without. */
  drop: () => void;
}

/** The preset of a chat, or with null of the one that is begun next, and the ways to change it. */
export function usePreset(chat: string | null, model: string): PresetChoice {
  const client = useQueryClient();
  const { data: known } = useQuery(presetsQuery());
  const models = useModels();
  const next = useStore(nextPreset);
  const { data: used } = useQuery({ ...usedQuery(chat ?? ''), enabled: chat !== null });

  // A new chat begins with the default, unless something else is chosen or curated models go first.
  const curated = useQuery(modelsQuery()).data?.curated;
  const chosen = known?.items.find(({ id }) => id === known.default);
  const standard = chosen && (!curated || isCurated(chosen.model)) ? chosen : undefined;
  useEffect(() => {
    if (chat !== null || next !== undefined || !standard) return;
    nextPreset.set(standard);
    chooseModel(null, modelOf(standard, ''));
    if (!standard.gone || told.has(standard.id)) return;
    told.add(standard.id);
    tellGone(standard, models);
  }, [chat, next, standard, models]);

  const change = async (of: string, preset: string | null) => {
    try {
      await setUp(client, of, preset);
      return true;
    } catch (error) {
      void toast(i18n.t('The preset was not changed'), {
        kind: 'error',
        detail: errorText(error).title,
      });
      return false;
    }
  };
  const active = chat === null ? fromPreset(next) : fromUsed(used?.preset);
  const params = active?.params ?? nothing;
  useEffect(() => presetParams.set(params), [params]);
  const tokens = active?.tokens ?? 0;
  useEffect(() => presetTokens.set(tokens), [tokens]);
  return {
    active,
    async use(preset) {
      if (chat === null) nextPreset.set(preset);
      else if (!(await change(chat, preset.id))) return false;
      chooseModel(chat, modelOf(preset, model));
      if (preset.gone) tellGone(preset, models);
      return true;
    },
    drop() {
      if (chat === null) {
        nextPreset.set(null);
        chooseModel(null, '');
      } else void change(chat, null);
    },
  };
}

/** The model that a preset's messages go to: the nearest one where its own is gone. */
export function modelOf(preset: Preset, otherwise: string): string {
  return preset.gone ? preset.nearest || otherwise : preset.model;
}

function tellGone(preset: Preset, models: KnownModels): void {
  const { title, detail } = goneText(preset, models);
  void toast(title, { detail, duration: 10_000 });
}

/** Says that a preset's model is gone, and what answers then. */
export function goneText({ model, nearest, name }: Preset, models: KnownModels) {
  const title = i18n.t('{model} is not available any more', { model: modelLabel(models, model) });
  const detail = nearest
    ? i18n.t('“{name}” goes on with {nearest}, the nearest there is.', {
        name,
        nearest: modelLabel(models, nearest),
      })
    : i18n.t('“{name}” needs another model.', { name });
  return { title, detail };
}

/** The default presets of which it was told, lest every new chat does so again. */
const told = new Set<string>();

/** What a preset's model is called, and that it is gone if so. */
export function presetModel({ model, gone }: Preset, models: KnownModels): string {
  const label = modelLabel(models, model);
  return gone ? i18n.t('{model} is gone', { model: label }) : label;
}

function fromPreset(preset: Preset | null | undefined): ActivePreset | null {
  if (!preset) return null;
  const { id, name, icon, params = nothing, tokens } = preset;
  return { id, name, icon, params, tokens, state: 'same' };
}

function fromUsed(used: UsedPreset | null | undefined): ActivePreset | null {
  if (!used) return null;
  const { preset: id, name, icon, params = nothing, tokens, state } = used;
  return { id, name, icon, params, tokens, state };
}
