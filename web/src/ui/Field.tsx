import { i18n } from '@lingui/core';
import { type ReactNode, type SyntheticEvent, useId, useState } from 'react';
import { cx } from './cx';

/** What a Field hands to the control inside it. */
export interface FieldControl {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
  onInvalid: (event: SyntheticEvent<HTMLElement>) => void;
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
  const [missing, setMissing] = useState('');
  const wrong = error || missing;
  const shown = wrong || help;
  return (
    <div
      className={cx('flex flex-col gap-1.5', className)}
      onInput={() => missing && setMissing('')}
    >
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        {aside}
      </div>
      {children({
        id,
        'aria-describedby': shown ? note : undefined,
        'aria-invalid': wrong ? true : undefined,
        onInvalid: (event) => setMissing(refuse(event)),
      })}
      {shown && (
        <p
          id={note}
          role={wrong ? 'alert' : undefined}
          className={cx('text-sm', wrong ? 'text-danger' : 'text-ink-3')}
        >
          {shown}
        </p>
      )}
    </div>
  );
}

/** Says in its place what the browser would in a bubble of its own, and goes to the first such field. */
function refuse(event: SyntheticEvent<HTMLElement>): string {
  event.preventDefault();
  const field = event.currentTarget as HTMLInputElement;
  const first = [...(field.form?.elements ?? [])].find((one) =>
    one.matches(':invalid:not(fieldset)'),
  );
  if (first === field) field.focus();
  const { validity } = field;
  if (validity.valueMissing) return i18n.t('This is needed.');
  if (validity.tooShort) {
    return i18n.t('At least {least} characters, please.', { least: field.minLength });
  }
  if (validity.typeMismatch && field.type === 'email') {
    return i18n.t('This is no email address.');
  }
  return field.validationMessage;
}
