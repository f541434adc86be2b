import { type ReactNode, useId } from 'react';
import { cx } from './cx';

interface SegmentedControlProps<T extends string> {
  /** What is chosen here, for assistive technology. */
  label: string;
  value: T;
  options: readonly { value: T; label: ReactNode; icon?: ReactNode }[];
  onValue: (value: T) => void;
  className?: string;
}

/** One of a few, all in sight: radio buttons side by side, arrow keys included. */
export function SegmentedControl<T extends string>({
  label,
  value,
  options,
  onValue,
  className,
}: SegmentedControlProps<T>) {
  const name = useId();
  return (
    <fieldset
      aria-label={label}
      className={cx(
        'inline-flex max-w-full gap-0.5 overflow-x-auto rounded-[9px] border border-line bg-sunken p-0.5',
        className,
      )}
    >
      {options.map((option) => (
        <label
          key={option.value}
          className={cx(
            'max-sm:[&>svg]:hidden',
            'relative inline-flex h-7.5 grow cursor-pointer items-center justify-center gap-1.5 whitespace-nowrap rounded-[7px] border border-transparent px-3 text-ink-2 text-sm transition-colors pointer-coarse:h-10',
            'hover:text-ink has-checked:border-line has-checked:bg-surface has-checked:font-medium has-checked:text-ink',
            'has-focus-visible:outline-2 has-focus-visible:outline-accent forced-colors:has-checked:border-[Highlight] forced-colors:has-checked:outline-2',
          )}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onValue(option.value)}
            className="absolute inset-0 cursor-pointer opacity-0"
          />
          {option.icon}
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
