import { Brain, SlidersHorizontal } from 'lucide-react';
import { type KnownModel, useModels } from '@/chat/models';
import { levelName } from '@/chat/modelWords';
import { setParams, useOptions } from '@/chat/options';
import { presetParams } from '@/chat/preset';
import type { ComposerToolsProps } from '@/chat/slots';
import { i18n } from '@/kit/i18n';
import { useShortcuts } from '@/kit/shortcuts';
import { useStore } from '@/kit/useStore';
import { useSettings } from '@/session/useSettings';
import { cx } from '@/ui/cx';
import { IconButton } from '@/ui/IconButton';
import { Menu } from '@/ui/Menu';
import { closePanel, openPanel, panelOpen } from './panel';

const keys = 'mod+.';

/** How much the model is to think, and the button of the panel. */
export function Tools({ chat, model }: ComposerToolsProps) {
  const known = useModels()?.get(model);
  const { params, remote } = useOptions(chat);
  const simple = useSettings(({ mode }) => mode === 'simple');
  const open = useStore(panelOpen);
  const toggle = open ? closePanel : openPanel;
  useShortcuts(
    [{ keys, label: i18n.t('Parameters'), group: i18n.t('Chat'), run: toggle }],
    !simple,
  );
  const count = Object.keys(params).filter((name) => name !== 'effort').length + remote.length;
  return (
    <>
      {known && (known.levels?.length ?? 0) > 0 && (
        <Effort model={known} value={params.effort} chat={chat} />
      )}
      {!simple && (
        <span className="relative flex">
          <IconButton
            label={count > 0 ? i18n.t('Parameters, {count} set', { count }) : i18n.t('Parameters')}
            keys={keys}
            aria-expanded={open}
            onClick={toggle}
          >
            <SlidersHorizontal size={16} />
          </IconButton>
          {count > 0 && (
            <span
              aria-hidden="true"
              className="pointer-events-none absolute top-1 right-1 size-2 rounded-full bg-accent"
            />
          )}
        </span>
      )}
    </>
  );
}

interface EffortProps {
  model: KnownModel;
  value: string | undefined;
  chat: string | null;
}

function Effort({ model, value, chat }: EffortProps) {
  const levels = model.levels ?? [];
  const chosen = value && levels.includes(value) ? value : undefined;
  const inherited = useStore(presetParams).effort;
  const level = chosen ?? inherited;
  const name = level ? levelName(level) : i18n.t('Default');
  return (
    <Menu
      label={i18n.t('Reasoning effort')}
      align="end"
      items={() => [
        { heading: i18n.t('Reasoning effort') },
        ...[undefined, ...levels].map((level) => ({
          label: level ? levelName(level) : i18n.t('Default'),
          checked: level === chosen,
          onSelect: () => setParams(chat, { effort: level }),
        })),
      ]}
    >
      {(trigger) => (
        <button
          {...trigger}
          type="button"
          data-tip={i18n.t('Reasoning effort')}
          className={cx(
            'flex h-8 shrink-0 items-center gap-1.5 rounded-full px-2 text-sm transition-colors hover:bg-hover pointer-coarse:h-11 pointer-coarse:min-w-11 pointer-coarse:justify-center',
            chosen ? 'text-accent' : 'text-ink-2 hover:text-ink',
          )}
        >
          <Brain size={16} aria-hidden="true" />
          <span className="sr-only">{i18n.t('Reasoning effort: {name}', { name })}</span>
          {chosen && (
            <span aria-hidden="true" className="max-sm:hidden">
              {name}
            </span>
          )}
        </button>
      )}
    </Menu>
  );
}
