import { useEffect, useRef } from 'react';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Field } from '@/ui/Field';
import { Input } from '@/ui/Input';
import { PasswordInput } from '@/ui/PasswordInput';
import { useTitle } from '@/ui/useTitle';
import { DoorFrame } from './DoorFrame';
import { DoorLink } from './DoorLink';
import { signIn, useSession } from './session';
import { textOf, useSubmit } from './useSubmit';

/** Signs in and leaves the address as it is, so that the page behind it comes next. */
export function SignInPage() {
  const { boot, user, expired } = useSession();
  const form = useRef<HTMLFormElement>(null);
  const { busy, error, onSubmit } = useSubmit((data) =>
    signIn(textOf(data, 'email').trim(), textOf(data, 'password'), data.has('keep')),
  );
  useTitle(i18n.t('Sign in'));

  useEffect(() => {
    if (!error) return;
    const field = form.current?.querySelector<HTMLInputElement>('[name=password]');
    field?.focus();
    field?.select();
  }, [error]);

  return (
    <DoorFrame
      title={expired ? i18n.t('Welcome back') : i18n.t('Sign in')}
      lead={
        expired
          ? i18n.t('Your session ended. Sign in to go on where you were; what you typed is kept.')
          : undefined
      }
      below={
        boot.registration && !expired ? (
          <p>
            {i18n.t('New here?')} <DoorLink to="/register">{i18n.t('Create an account')}</DoorLink>
          </p>
        ) : (
          !expired && (
            <p className="text-ink-3 text-sm">
              {i18n.t('No account, or a lost password? Ask whoever runs this server.')}
            </p>
          )
        )
      }
    >
      <form ref={form} onSubmit={onSubmit} className="flex flex-col gap-4">
        <Field label={i18n.t('Email')}>
          {(control) => (
            <Input
              {...control}
              name="email"
              type="email"
              autoComplete="username"
              required
              autoFocus={!user}
              defaultValue={user?.email}
              className="h-11"
            />
          )}
        </Field>
        <Field label={i18n.t('Password')}>
          {(control) => (
            <PasswordInput
              {...control}
              name="password"
              autoComplete="current-password"
              required
              autoFocus={Boolean(user)}
              className="h-11"
            />
          )}
        </Field>
        <label className="flex w-fit items-center gap-2.5 py-1 text-ink-2 pointer-coarse:min-h-11">
          <input type="checkbox" name="keep" defaultChecked className="size-4 accent-accent" />
          {i18n.t('Keep me signed in')}
        </label>
        {error !== null && <ErrorNotice {...errorText(error)} />}
        <Button type="submit" variant="primary" size="lg" busy={busy} className="w-full">
          {busy ? i18n.t('Signing in…') : i18n.t('Sign in')}
        </Button>
      </form>
    </DoorFrame>
  );
}
