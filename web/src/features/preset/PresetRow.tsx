import { useQueryClient } from '@tanstack/react-query';
import {
  ArrowDown,
  ArrowUp,
  Copy,
  MessageSquarePlus,
  MoreHorizontal,
  Pencil,
  Share2,
  Star,
  StarOff,
  Trash2,
} from 'lucide-react';
import { chooseModel, modelLabel, useModels } from '@/chat/models';
import { nextPreset } from '@/chat/preset';
import { navigate } from '@/kit/address';
import { api } from '@/kit/api';
import type { Preset } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Badge } from '@/ui/Badge';
import { IconButton } from '@/ui/IconButton';
import { Menu, type MenuEntry } from '@/ui/Menu';
import { toast } from '@/ui/toast';
import { PresetIcon } from './PresetIcon';
import { presetsChanged } from './queries';
import { modelOf } from './usePreset';

interface PresetRowProps {
  preset: Preset;
  isDefault: boolean;
  /** The ids of one's own presets, in their order. */
  order: readonly string[];
  onEdit: () => void;
  onShare: () => void;
}

/** A preset in the list of all, with what can be done with it. */
export function PresetRow({ preset, isDefault, order, onEdit, onShare }: PresetRowProps) {
  const actions = useActions(preset, order);
  const models = useModels();
  const own = preset.right === 'owner';
  const items = (): MenuEntry[] => [
    { label: i18n.t('New chat'), icon: <MessageSquarePlus size={16} />, onSelect: actions.begin },
    ...(preset.right === 'view'
      ? []
      : [{ label: i18n.t('Edit'), icon: <Pencil size={16} />, onSelect: onEdit }]),
    { label: i18n.t('Duplicate'), icon: <Copy size={16} />, onSelect: actions.duplicate },
    {
      label: isDefault ? i18n.t('Not the default any more') : i18n.t('Make it the default'),
      icon: isDefault ? <StarOff size={16} /> : <Star size={16} />,
      onSelect: () => actions.setDefault(!isDefault),
    },
    ...(own ? ownItems(actions, onShare) : []),
  ];
  return (
    <div className="flex items-center gap-3 px-4 py-3 [contain-intrinsic-size:auto_4rem] [content-visibility:auto]">
      <PresetIcon preset={preset} />
      <div className="min-w-0 grow">
        <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5">
          <span dir="auto" className="min-w-0 max-w-full truncate font-medium">
            {preset.name}
          </span>
          {isDefault && <Badge tone="accent">{i18n.t('Default')}</Badge>}
          {preset.shared && <Badge>{i18n.t('Shared')}</Badge>}
          {preset.gone && <Badge tone="danger">{i18n.t('Model is gone')}</Badge>}
        </p>
        <p className="truncate text-ink-3 text-sm">
          {modelLabel(models, preset.model)}
          {!own && ` · ${i18n.t('by {name}', { name: preset.owner.name })}`}
          {preset.description && ` · ${preset.description}`}
        </p>
      </div>
      {preset.right !== 'view' && (
        <IconButton
          label={i18n.t('Edit {name}', { name: preset.name })}
          onClick={onEdit}
          className="max-sm:hidden"
        >
          <Pencil size={16} />
        </IconButton>
      )}
      <Menu label={i18n.t('Actions for {name}', { name: preset.name })} items={items} align="end">
        {(trigger) => (
          <IconButton {...trigger} label={i18n.t('More for {name}', { name: preset.name })}>
            <MoreHorizontal size={17} />
          </IconButton>
        )}
      </Menu>
    </div>
  );
}

function ownItems(actions: ReturnType<typeof useActions>, onShare: () => void): MenuEntry[] {
  return [
    { label: i18n.t('Share'), icon: <Share2 size={16} />, onSelect: onShare },
    'separator',
    {
      label: i18n.t('Move up'),
      icon: <ArrowUp size={16} />,
      disabled: actions.isFirst,
      onSelect: () => actions.move(-1),
    },
    {
      label: i18n.t('Move down'),
      icon: <ArrowDown size={16} />,
      disabled: actions.isLast,
      onSelect: () => actions.move(1),
    },
    'separator',
    {
      label: i18n.t('Delete'),
      icon: <Trash2 size={16} />,
      danger: true,
      onSelect: actions.remove,
    },
  ];
}

/** What can be done with a preset at once, without asking further. */
function useActions(preset: Preset, order: readonly string[]) {
  const client = useQueryClient();
  const path = `/api/presets/${preset.id}`;
  const at = order.indexOf(preset.id);
  const run = (work: Promise<unknown>, done?: () => void) =>
    work.then(done).then(
      () => presetsChanged(client),
      (error: unknown) =>
        void toast(i18n.t('That did not work'), { kind: 'error', detail: errorText(error).title }),
    );
  return {
    isFirst: at <= 0,
    isLast: at === order.length - 1,
    begin() {
      nextPreset.set(preset);
      chooseModel(null, modelOf(preset, ''));
      navigate('/');
    },
    duplicate: () =>
      void run(
        api.post(`${path}/copy`, {
          name: i18n.t('{name} (copy)', { name: preset.name.slice(0, 70) }),
        }),
      ),
    setDefault: (on: boolean) =>
      void run(api.put('/api/presets/default', { preset: on ? preset.id : '' })),
    move(by: number) {
      const ids = order.filter((id) => id !== preset.id);
      ids.splice(at + by, 0, preset.id);
      void run(api.put('/api/presets/order', { ids }));
    },
    remove: () =>
      void run(
        api.delete(path),
        () =>
          void toast(i18n.t('“{name}” deleted', { name: preset.name }), {
            action: {
              label: i18n.t('Undo'),
              run: () => void run(api.post(`${path}/restore`)),
            },
          }),
      ),
  };
}
