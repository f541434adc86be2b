import { useState } from 'react';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import { Field } from '@/ui/Field';
import { PasswordInput } from '@/ui/PasswordInput';
import { passwordStrength, type Strength } from './passwordStrength';

const shortestPassword = 8;

/** A field for a new password, with a hint of how good it is. */
export function NewPassword({ label, name = 'password' }: { label: string; name?: string }) {
  const [value, setValue] = useState('');
  const strength = passwordStrength(value);
  return (
    <Field label={label} help={<Hint strength={strength} length={value.length} />}>
      {(control) => (
        <PasswordInput
          {...control}
          name={name}
          autoComplete="new-password"
          required
          minLength={shortestPassword}
          maxLength={256}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
      )}
    </Field>
  );
}

const colours = ['', 'bg-danger', 'bg-warn', 'bg-ok', 'bg-ok'];

function Hint({ strength, length }: { strength: Strength; length: number }) {
  return (
    <span className="flex items-center gap-3">
      <span className="flex w-24 shrink-0 gap-1" aria-hidden="true">
        {[1, 2, 3, 4].map((step) => (
          <span
            key={step}
            className={cx(
              'h-1 grow rounded-full transition-colors',
              step <= strength ? colours[strength] : 'bg-line',
            )}
          />
        ))}
      </span>
      <span>{hintText(strength, length)}</span>
    </span>
  );
}

function hintText(strength: Strength, length: number): string {
  if (length < shortestPassword) return i18n.t('8 characters or more; a few words are best');
  switch (strength) {
    case 1:
      return i18n.t('Easy to guess');
    case 2:
      return i18n.t('Fair; longer is better');
    case 3:
      return i18n.t('Good');
    default:
      return i18n.t('Strong');
  }
}
