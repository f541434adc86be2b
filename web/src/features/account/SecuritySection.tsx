import { useRef, useState } from 'react';
import { api } from '@/kit/api';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { NewPassword } from '@/session/NewPassword';
import { useMe } from '@/session/useSession';
import { textOf, useSubmit } from '@/session/useSubmit';
import { Button } from '@/ui/Button';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Field } from '@/ui/Field';
import { PasswordInput } from '@/ui/PasswordInput';
import { Section } from '@/ui/Section';
import { toast } from '@/ui/toast';
import { SessionList } from './SessionList';

/** The password, and where the account is signed in. */
export function SecuritySection() {
  return (
    <>
      <PasswordForm />
      <SessionList />
    </>
  );
}

function PasswordForm() {
  const me = useMe();
  const form = useRef<HTMLFormElement>(null);
  const [round, setRound] = useState(0);
  const { busy, error, onSubmit } = useSubmit(async (data) => {
    await api.put('/api/me/password', {
      current: textOf(data, 'current'),
      new: textOf(data, 'new'),
    });
    setRound(round + 1);
    void toast(i18n.t('Password changed'), {
      kind: 'ok',
      detail: i18n.t('Your other devices were signed out.'),
    });
  });
  return (
    <Section
      title={i18n.t('Password')}
      lead={i18n.t('Changing it signs out all your other devices.')}
    >
      <form key={round} ref={form} onSubmit={onSubmit} className="flex max-w-md flex-col gap-4">
        {/* Tells a password manager whose password it is. */}
        <input type="hidden" name="username" autoComplete="username" value={me.email} readOnly />
        <Field label={i18n.t('Current password')}>
          {(control) => (
            <PasswordInput {...control} name="current" autoComplete="current-password" required />
          )}
        </Field>
        <NewPassword label={i18n.t('New password')} name="new" />
        {error !== null && <ErrorNotice {...errorText(error)} />}
        <Button type="submit" busy={busy} className="self-start">
          {i18n.t('Change password')}
        </Button>
      </form>
    </Section>
  );
}
