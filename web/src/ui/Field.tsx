import { type ReactNode, useId } from 'react';
import { cx } from './cx';

/** What a Field hands to the control inside it. */
export interface FieldControl {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}

interface FieldProps {
  label: ReactNode;
  /** One sentence under the control. */
  help?: ReactNode;
  /** What is wrong with the value, instead of the help. */
  error?: ReactNode;
  /** Beside the label, at the right edge. */
  aside?: ReactNode;
  className?: string;
  children: (control: FieldControl) => ReactNode;
}

/** A control with its label, help and error, tied together for assistive technology. */
export function Field({ label, help, error, aside, className, children }: FieldProps) {
  const id = useId();
  const note = `${id}note`;
  const shown = error || help;
  return (
    <div className={cx('flex flex-col gap-1.5', className)}>
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        {aside}
      </div>
      {children({
        id,
        'aria-describedby': shown ? note : undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {shown && (
        <p
          id={note}
          role={error ? 'alert' : undefined}
          className={cx('text-sm', error ? 'text-danger' : 'text-ink-3')}
        >
          {shown}
        </p>
      )}
    </div>
  );
}
