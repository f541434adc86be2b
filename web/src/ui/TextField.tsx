import type { ComponentProps } from 'react';
import { cx } from './cx';
import { Field } from './Field';
import { Input } from './Input';
import { inputClass } from './looks';

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange'> {
  label: string;
  help?: string;
  value: string;
  onText: (text: string) => void;
}

/** A line in people's own words, with its label. */
export function TextField({ label, help, className, onText, ...rest }: TextFieldProps) {
  return (
    <Field label={label} help={help} className={className}>
      {(control) => (
        <Input
          dir="auto"
          autoComplete="off"
          {...rest}
          {...control}
          onChange={(event) => onText(event.target.value)}
        />
      )}
    </Field>
  );
}

interface TextAreaFieldProps {
  label: string;
  help?: string;
  maxLength?: number;
  value: string;
  onText: (text: string) => void;
}

/** Several lines of the same, which grow with the text. */
export function TextAreaField({ label, help, onText, ...rest }: TextAreaFieldProps) {
  return (
    <Field label={label} help={help}>
      {(control) => (
        <textarea
          rows={4}
          dir="auto"
          {...rest}
          {...control}
          onChange={(event) => onText(event.target.value)}
          className={cx(inputClass, 'field-sizing-content max-h-64 min-h-24 resize-none py-2')}
        />
      )}
    </Field>
  );
}
