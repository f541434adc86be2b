import type { ComponentProps } from 'react';
import { cx } from './cx';

/** The look of everything that text is typed into. */
export const inputClass =
  'w-full rounded-[8px] border border-line-strong/70 bg-surface px-3 text-ink placeholder:text-ink-3 ' +
  'transition-[border-color] hover:border-line-strong ' +
  'focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 ' +
  'aria-invalid:border-danger disabled:opacity-55 pointer-coarse:min-h-11';

/** A one-line text input. Put it in a Field for its label. */
export function Input({ className, type = 'text', ...rest }: ComponentProps<'input'>) {
  return <input {...rest} type={type} className={cx(inputClass, 'h-9', className)} />;
}
