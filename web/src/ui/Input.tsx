import type { ComponentProps } from 'react';
import { cx } from './cx';
import { inputClass } from './looks';

/** A one-line text input. Put it in a Field for its label. */
export function Input({ className, type = 'text', ...rest }: ComponentProps<'input'>) {
  return <input {...rest} type={type} className={cx(inputClass, 'h-9', className)} />;
}
