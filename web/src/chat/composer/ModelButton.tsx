import { ChevronDown } from 'lucide-react';
import { useRef } from 'react';
import { i18n } from '@/kit/i18n';
import { useShortcuts } from '@/kit/shortcuts';
import { usePage, useSession } from '@/session/useSession';
import { cx } from '@/ui/cx';
import { chatKeys } from '../keys';
import { modelLabel, useModels } from '../models';
import { ProviderMark } from '../ProviderMark';
import { useSlots } from '../slots';

interface ModelButtonProps {
  value: string;
  onPick: (model: string) => void;
  /** The one that the keyboard opens. */
  main: boolean;
}

/** Says which model will answer, and opens the choice. */
export function ModelButton({ value, onPick, main }: ModelButtonProps) {
  const { ModelPicker } = useSlots();
  const models = useModels();
  const host = useRef<HTMLSpanElement>(null);
  useShortcuts(
    [
      {
        ...chatKeys().model,
        run: () => host.current?.querySelector('button')?.click(),
      },
    ],
    main,
  );
  const { modelSelect } = usePage();
  const isAdmin = useSession().user?.role === 'admin';
  const known = models?.get(value);
  const marked = known?.icon?.startsWith('data:image/') && !known.plainHeader ? known : null;
  const gone = models !== null && value !== '' && !models.has(value);
  if (!modelSelect && !isAdmin && models !== null && models.size < 2) {
    return (
      <span className="min-w-0 truncate px-2.5 text-ink-2 text-sm">
        <span className="sr-only">{i18n.t('Model:')}</span> {modelLabel(models, value)}
      </span>
    );
  }
  return (
    <span ref={host} className="flex min-w-0">
      <ModelPicker
        value={value}
        onPick={onPick}
        next={() => host.current?.closest('form')?.querySelector('textarea') ?? null}
        align="end"
      >
        {(trigger) => (
          <button
            {...trigger}
            type="button"
            data-tip={i18n.t('Choose the model')}
            data-tip-keys="mod+shift+m"
            className={cx(
              'flex h-8 min-w-0 items-center gap-1 rounded-full px-2.5 text-sm transition-colors hover:bg-hover pointer-coarse:h-11',
              gone ? 'text-danger' : 'text-ink-2 hover:text-ink',
            )}
          >
            <span className="sr-only">{i18n.t('Model:')}</span>
            {marked && (
              <ProviderMark
                provider={{ ...marked.provider, icon: marked.icon ?? '' }}
                of={marked.label}
              />
            )}
            <span className="truncate">
              {value ? modelLabel(models, value) : i18n.t('Choose a model')}
            </span>
            <ChevronDown size={14} className="shrink-0" aria-hidden="true" />
          </button>
        )}
      </ModelPicker>
    </span>
  );
}
