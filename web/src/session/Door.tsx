import { i18n } from '@/kit/i18n';
import { usePath } from '@/kit/route';
import { useTitle } from '@/ui/useTitle';
import { DoorFrame } from './DoorFrame';
import { RegisterPage } from './RegisterPage';
import { SignInPage } from './SignInPage';
import { useSession } from './session';

/** What a visitor sees who is not signed in. The address stays, so that signing in leads to it. */
export function Door() {
  const { boot, expired } = useSession();
  const path = usePath();
  if (boot.setup) return <NotSetUp />;
  if (path === '/register' && boot.registration && !expired) return <RegisterPage />;
  return <SignInPage />;
}

function NotSetUp() {
  useTitle(i18n.t('Almost there'));
  return (
    <DoorFrame
      title={i18n.t('Almost there')}
      lead={i18n.t('This server has no administrator yet.')}
    >
      <p className="text-ink-2">
        {i18n.t(
          'Open the setup link that the server printed in its terminal or log when it started. It ends in',
        )}{' '}
        <code className="rounded-sm bg-sunken px-1 py-0.5 font-mono text-sm">/setup?token=…</code>
      </p>
    </DoorFrame>
  );
}
