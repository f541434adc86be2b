import { i18n } from '@/kit/i18n';
import { Field } from '@/ui/Field';
import { Input } from '@/ui/Input';
import { NewPassword } from './NewPassword';

/** Name, email and password of an account to be made. */
export function AccountFields() {
  return (
    <>
      <Field label={i18n.t('Name')}>
        {(control) => (
          <Input
            {...control}
            name="name"
            autoComplete="name"
            required
            maxLength={100}
            autoFocus
            className="h-11"
          />
        )}
      </Field>
      <Field label={i18n.t('Email')}>
        {(control) => (
          <Input
            {...control}
            name="email"
            type="email"
            autoComplete="username"
            required
            maxLength={254}
            className="h-11"
          />
        )}
      </Field>
      <NewPassword label={i18n.t('Password')} className="h-11" />
    </>
  );
}
