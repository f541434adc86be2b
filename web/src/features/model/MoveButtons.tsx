import { ArrowDown, ArrowUp } from 'lucide-react';
import { i18n } from '@/kit/i18n';
import { IconButton } from '@/ui/IconButton';

interface MoveButtonsProps {
  /** What is moved. */
  label: string;
  first: boolean;
  last: boolean;
  onMove: (by: -1 | 1) => void;
}

/** Moves an entry of a list one place up or down. */
export function MoveButtons({ label, first, last, onMove }: MoveButtonsProps) {
  return (
    <>
      <IconButton
        label={i18n.t('Move {label} up', { label })}
        disabled={first}
        onClick={() => onMove(-1)}
      >
        <ArrowUp size={16} />
      </IconButton>
      <IconButton
        label={i18n.t('Move {label} down', { label })}
        disabled={last}
        onClick={() => onMove(1)}
      >
        <ArrowDown size={16} />
      </IconButton>
    </>
  );
}
