import type { ComponentProps } from 'react';
import { cx } from './cx';

interface SwitchProps extends Omit<ComponentProps<'button'>, 'onChange'> {
  checked: boolean;
  onChecked: (checked: boolean) => void;
}

/** On or off, in force at once. Label it by aria-label, aria-labelledby or a Field. */
export function Switch({ checked, onChecked, className, ...rest }: SwitchProps) {
  return (
    <button
      {...rest}
      type="button"
      role="switch"
      aria-checked={checked}
      onClick={() => onChecked(!checked)}
      className={cx(
        'relative inline-flex h-6 w-10 shrink-0 items-center rounded-full border transition-colors disabled:opacity-45',
        'after:absolute after:-inset-y-2.5 after:inset-x-0 pointer-fine:after:hidden',
        checked ? 'border-accent bg-accent' : 'border-line-strong bg-sunken',
        className,
      )}
    >
      <span
        className={cx(
          'inline-block size-4 rounded-full transition-transform',
          checked
            ? 'translate-x-[1.1875rem] bg-on-accent'
            : 'translate-x-[0.1875rem] bg-line-strong',
        )}
      />
    </button>
  );
}
