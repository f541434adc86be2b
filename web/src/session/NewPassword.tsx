import { useState } from 'react';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import { Field } from '@/ui/Field';
import { PasswordInput } from '@/ui/PasswordInput';
import { passwordStrength, type Strength } from './passwordStrength';
import { useSession } from './useSession';

interface NewPasswordProps {
  label: string;
  name?: string;
  /** Of the input. */
  className?: string;
}

/** A field for a new password, with a hint of how good it is. */
export function NewPassword({ label, name = 'password', className }: NewPasswordProps) {
  const [value, setValue] = useState('');
  const shortest = useSession().boot.minPassword;
  const strength = passwordStrength(value);
  return (
    <Field
      label={label}
      help={<Hint strength={strength} short={value.length < shortest} least={shortest} />}
    >
      {(control) => (
        <PasswordInput
          {...control}
          name={name}
          className={className}
          autoComplete="new-password"
          required
          minLength={shortest}
          maxLength={256}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
      )}
    </Field>
  );
}

const colours = ['', 'bg-danger', 'bg-warn', 'bg-ok', 'bg-ok'];

interface HintProps {
  strength: Strength;
  /** It is shorter than the least that is taken. */
  short: boolean;
  least: number;
}

function Hint({ strength, short, least }: HintProps) {
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
      <span>
        {short
          ? i18n.t('{least} characters or more; a few words are best', { least })
          : hintText(strength)}
      </span>
    </span>
  );
}

function hintText(strength: Strength): string {
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
