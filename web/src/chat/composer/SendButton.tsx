import { ArrowUp, Check, Square } from 'lucide-react';
import type { SendKey } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';

interface SendButtonProps {
  mode: 'new' | 'edit';
  onStop?: () => void;
  disabled: boolean;
  sendKey: SendKey;
}

/** One button in one place: it sends, and while an answer is being written it stops it. */
export function SendButton({ mode, onStop, disabled, sendKey }: SendButtonProps) {
  const stops = onStop !== undefined;
  const label = stops
    ? i18n.t('Stop the answer')
    : mode === 'edit'
      ? i18n.t('Send the new version')
      : i18n.t('Send');
  return (
    <button
      type={stops ? 'button' : 'submit'}
      onClick={onStop}
      aria-label={label}
      aria-disabled={(!stops && disabled) || undefined}
      data-tip={label}
      data-tip-keys={stops ? 'escape' : sendKey}
      className={cx(
        'ml-1 flex size-8.5 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent transition-[background-color,opacity,transform] hover:bg-accent-hover active:scale-95 pointer-coarse:size-11',
        'aria-disabled:bg-hover aria-disabled:text-ink-3',
      )}
    >
      {stops ? (
        <Square size={12} fill="currentColor" aria-hidden="true" />
      ) : mode === 'edit' ? (
        <Check size={18} aria-hidden="true" />
      ) : (
        <ArrowUp size={18} aria-hidden="true" />
      )}
    </button>
  );
}
