import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { Message } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { IconButton } from '@/ui/IconButton';
import { useChatActions } from '../actions';

interface SiblingSwitchProps {
  id: string;
  siblings: readonly Message[];
}

/** Which of several alternatives this is, with the way to the others. */
export function SiblingSwitch({ id, siblings }: SiblingSwitchProps) {
  const actions = useChatActions();
  if (siblings.length < 2) return null;
  const at = siblings.findIndex((one) => one.id === id);
  const go = (to: number) => {
    const other = siblings[to];
    if (other) actions.select(other.id);
  };
  return (
    <fieldset
      aria-label={i18n.t('Versions')}
      className="m-0 flex min-w-0 items-center border-0 p-0 text-ink-2 text-sm"
    >
      <IconButton
        size="sm"
        label={i18n.t('Previous version')}
        keys="alt+left"
        disabled={at <= 0}
        onClick={() => go(at - 1)}
      >
        <ChevronLeft size={16} />
      </IconButton>
      <span className="min-w-8 text-center tabular-nums">
        {i18n.t('{at}/{count}', { at: at + 1, count: siblings.length })}
      </span>
      <IconButton
        size="sm"
        label={i18n.t('Next version')}
        keys="alt+right"
        disabled={at >= siblings.length - 1}
        onClick={() => go(at + 1)}
      >
        <ChevronRight size={16} />
      </IconButton>
    </fieldset>
  );
}
