import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './cx';
import { inputClass } from './looks';

export interface Option<T extends string = string> {
  value: T;
  label: string;
}

interface SelectProps<T extends string>
  extends Omit<ComponentProps<'select'>, 'onChange' | 'value'> {
  value: T;
  options: readonly Option<T>[];
  onValue: (value: T) => void;
}

/** The browser's own select, in our clothes: it works on every phone and for every reader. */
export function Select<T extends string>({
  value,
  options,
  onValue,
  className,
  ...rest
}: SelectProps<T>) {
  return (
    <span className={cx('relative block', className)}>
      <select
        {...rest}
        value={value}
        onChange={(event) => onValue(event.target.value as T)}
        className={cx(inputClass, 'h-9 appearance-none truncate pr-9')}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        size={16}
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 right-2.5 text-ink-3"
      />
    </span>
  );
}
