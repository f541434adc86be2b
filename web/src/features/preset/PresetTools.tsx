import { useQuery } from '@tanstack/react-query';
import { BookMarked, X } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { chatKeys } from '@/chat/keys';
import { chooseModel, useModels } from '@/chat/models';
import { optionsOf } from '@/chat/options';
import { nextPreset } from '@/chat/preset';
import type { PresetToolsProps } from '@/chat/slots';
import { navigate } from '@/kit/address';
import type { Preset } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { useShortcuts } from '@/kit/shortcuts';
import { Button } from '@/ui/Button';
import { cx } from '@/ui/cx';
import { Dialog } from '@/ui/Dialog';
import { IconButton } from '@/ui/IconButton';
import type { PopupTrigger } from '@/ui/Menu';
import { Popover } from '@/ui/Popover';
import { Skeleton } from '@/ui/Skeleton';
import { MentionList } from './MentionList';
import { PresetIcon } from './PresetIcon';
import { presetsQuery } from './queries';
import { type ActivePreset, goneText, modelOf, usePreset } from './usePreset';

const loadMenu = () => import('./PresetMenu');
const PresetMenu = lazy(() => loadMenu().then((module) => ({ default: module.PresetMenu })));
const PresetDialog = lazy(() =>
  import('./PresetDialog').then((module) => ({ default: module.PresetDialog })),
);

/** The presets in the composer: the one in force, the choice among them, and @ in the text. */
export function PresetTools(props: PresetToolsProps) {
  const { chat, model, onModel, onBranch, text, onText, area } = props;
  const { active, use, drop } = usePreset(chat, model);
  const presets = useQuery(presetsQuery());
  const host = useRef<HTMLSpanElement>(null);
  const [asked, setAsked] = useState<Preset | null>(null);
  const [saving, setSaving] = useState(false);
  useShortcuts([
    {
      ...chatKeys().preset,
      run: () => host.current?.querySelector('button')?.click(),
    },
  ]);
  const pick = (preset: Preset) => {
    if (chat === null || active?.id === preset.id) void use(preset);
    else setAsked(preset);
  };
  return (
    <span
      ref={host}
      data-active={active ? '' : undefined}
      // On a phone a preset has the line beside the first button: the others go below it.
      className="flex min-w-0 items-center max-sm:data-active:basis-[calc(100%-3rem)]"
    >
      <Popover
        label={i18n.t('Presets')}
        side="top"
        className="flex max-h-[min(30rem,var(--available-height))] w-[min(24rem,calc(100vw-1rem))] flex-col overflow-hidden"
        content={(close) => (
          <Suspense fallback={<Skeleton rows={5} className="p-4" />}>
            <PresetMenu
              presets={presets}
              active={active}
              onPick={(preset) => {
                close(area.current);
                pick(preset);
              }}
              onSave={() => {
                close();
                setSaving(true);
              }}
            />
          </Suspense>
        )}
      >
        {(trigger) => <Opener trigger={trigger} active={active} />}
      </Popover>
      {active && (
        <IconButton size="sm" label={i18n.t('Go on without the preset')} onClick={drop}>
          <X size={14} />
        </IconButton>
      )}
      <MentionList
        text={text}
        onText={onText}
        area={area}
        presets={presets.data?.items ?? []}
        onPreset={pick}
        onModel={onModel}
      />
      <SwitchDialog
        preset={asked}
        onClose={() => setAsked(null)}
        onHere={use}
        onBranch={onBranch}
        model={model}
      />
      {saving && (
        <Suspense fallback={null}>
          <PresetDialog
            start={{ name: '', model, params: optionsOf(chat).params }}
            from={chat ? { chat } : active ? { preset: active.id } : undefined}
            onClose={() => setSaving(false)}
          />
        </Suspense>
      )}
    </span>
  );
}

/** Opens the choice; says which preset is in force. */
function Opener({ trigger, active }: { trigger: PopupTrigger; active: ActivePreset | null }) {
  const { keys } = chatKeys().preset;
  const warm = () => {
    trigger.onPointerEnter();
    void loadMenu();
  };
  const events = { ...trigger, onPointerEnter: warm, onFocus: warm };
  if (!active) {
    return (
      <IconButton {...events} label={i18n.t('Choose a preset')} keys={keys}>
        <BookMarked size={17} />
      </IconButton>
    );
  }
  return (
    <button
      {...events}
      type="button"
      data-tip={i18n.t('Choose a preset')}
      data-tip-keys={keys}
      className={cx(
        'flex h-7 min-w-0 max-w-full sm:max-w-56 items-center gap-1.5 rounded-full bg-accent-soft pr-2.5 pl-2 text-accent text-sm pointer-coarse:h-11',
        'transition-opacity hover:opacity-85 forced-colors:border',
      )}
    >
      <PresetIcon preset={active} small />
      <span className="sr-only">{i18n.t('Preset:')}</span>
      <span dir="auto" className="truncate">
        {active.name}
      </span>
      {active.state === 'changed' && (
        <span className="size-1.5 shrink-0 rounded-full bg-accent">
          <span className="sr-only">{i18n.t('has changed since')}</span>
        </span>
      )}
    </button>
  );
}

interface SwitchDialogProps {
  preset: Preset | null;
  model: string;
  onClose: () => void;
  onHere: (preset: Preset) => Promise<boolean>;
  onBranch: ((model: string) => void) | undefined;
}

/** In the middle of a chat: go on here with the preset, branch off, or begin another chat with it. */
function SwitchDialog({ preset, model, onClose, onHere, onBranch }: SwitchDialogProps) {
  const models = useModels();
  const here = () => {
    if (preset) void onHere(preset);
    onClose();
  };
  const branch = async () => {
    onClose();
    if (preset && (await onHere(preset))) onBranch?.(modelOf(preset, model));
  };
  const anew = () => {
    onClose();
    if (!preset) return;
    nextPreset.set(preset);
    chooseModel(null, modelOf(preset, model));
    navigate('/');
  };
  return (
    <Dialog
      open={preset !== null}
      onClose={onClose}
      size="sm"
      title={i18n.t('Switch to “{name}”?', { name: preset?.name ?? '' })}
      description={
        onBranch
          ? i18n.t(
              'It holds from your next message on. Or branch: your last question is asked again with it, beside the answer you have.',
            )
          : i18n.t('It holds from your next message on; what was said stays as it is.')
      }
      footer={
        <>
          <Button variant="ghost" onClick={anew}>
            {i18n.t('New chat')}
          </Button>
          {onBranch && <Button onClick={() => void branch()}>{i18n.t('Branch')}</Button>}
          <Button variant="primary" onClick={here} autoFocus>
            {i18n.t('Go on here')}
          </Button>
        </>
      }
    >
      {preset?.gone && (
        <p className="text-sm text-warn">{Object.values(goneText(preset, models)).join('. ')}</p>
      )}
    </Dialog>
  );
}
