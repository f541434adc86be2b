import { ChevronDown } from 'lucide-react';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import type { FieldControl } from '@/ui/Field';
import { inputClass } from '@/ui/looks';
import type { PopupTrigger } from '@/ui/Menu';
import { modelLabel, useModels } from './models';

interface ModelChoiceProps {
  control: FieldControl;
  trigger: PopupTrigger;
  /** The chosen "provider/model", or empty. */
  value: string;
}

/** The field of a form that a model is chosen in. */
export function ModelChoice({ control, trigger, value }: ModelChoiceProps) {
  const models = useModels();
  const chosen = value ? modelLabel(models, value) : i18n.t('Choose a model');
  return (
    <button
      {...control}
      {...trigger}
      type="button"
      aria-label={i18n.t('Model: {model}', { model: chosen })}
      className={cx(
        inputClass,
        'flex h-9 min-w-0 flex-1 basis-52 items-center justify-between gap-2 text-left',
      )}
    >
      <span className={cx('truncate', !value && 'text-ink-3')}>{chosen}</span>
      <ChevronDown size={16} aria-hidden="true" className="shrink-0 text-ink-3" />
    </button>
  );
}
