import type { ComponentProps, ReactNode } from 'react';

interface CheckboxProps extends Omit<ComponentProps<'input'>, 'type' | 'className'> {
  label: ReactNode;
}

/** One choice of a form, in force when the form is sent. */
export function Checkbox({ label, ...rest }: CheckboxProps) {
  return (
    <label className="flex items-center gap-2.5 pointer-coarse:min-h-11">
      <input {...rest} type="checkbox" className="size-4 accent-accent" />
      {label}
    </label>
  );
}
