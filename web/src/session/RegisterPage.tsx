import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { useTitle } from '@/ui/useTitle';
import { AccountFields } from './AccountFields';
import { DoorFrame } from './DoorFrame';
import { DoorLink } from './DoorLink';
import { legalLinks } from './legal';
import { register } from './session';
import { textOf, useSubmit } from './useSubmit';

/** Makes an account, where the server lets anyone do so. */
export function RegisterPage() {
  const { busy, error, onSubmit } = useSubmit((form) =>
    register(textOf(form, 'email').trim(), textOf(form, 'name').trim(), textOf(form, 'password')),
  );
  useTitle(i18n.t('Create an account'));
  return (
    <DoorFrame
      title={i18n.t('Create an account')}
      below={
        <>
          <p>
            {i18n.t('Already have one?')} <DoorLink to="/signin">{i18n.t('Sign in')}</DoorLink>
          </p>
          <Legal />
        </>
      }
    >
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <AccountFields />
        {error !== null && <ErrorNotice {...errorText(error)} />}
        <Button type="submit" variant="primary" size="lg" busy={busy} className="mt-1 w-full">
          {busy ? i18n.t('Creating…') : i18n.t('Create account')}
        </Button>
      </form>
    </DoorFrame>
  );
}

/** What whoever runs this server wants to have read before. */
function Legal() {
  return (
    <p className="mt-8 flex flex-wrap gap-x-4 gap-y-1 text-sm">
      {legalLinks().map(({ label, url, newTab }) => (
        <a
          key={label}
          href={url}
          target={newTab ? '_blank' : undefined}
          rel="noreferrer"
          className="underline"
        >
          {label}
        </a>
      ))}
    </p>
  );
}
