import { I18nProvider } from '@lingui/react';
import { Activity, lazy, Suspense } from 'react';
import { i18n } from '@/kit/i18n';
import { usePath } from '@/kit/route';
import { useSession } from '@/session/useSession';
import { TooltipLayer } from '@/ui/TooltipLayer';
import { App } from './App';
import { PageBoundary } from './PageBoundary';

const RegisterPage = lazy(() =>
  import('@/session/RegisterPage').then((module) => ({ default: module.RegisterPage })),
);
const NotSetUp = lazy(() =>
  import('@/session/NotSetUp').then((module) => ({ default: module.NotSetUp })),
);
const SetupPage = lazy(() =>
  import('./setup/SetupPage').then((module) => ({ default: module.SetupPage })),
);

/** Everything but the sign-in page, which main.ts shows over it. */
export function Root() {
  return (
    <I18nProvider i18n={i18n}>
      <PageBoundary page="app">
        <Suspense fallback={<SkeletonPage />}>
          <Inside />
        </Suspense>
      </PageBoundary>
      <TooltipLayer />
    </I18nProvider>
  );
}

function Inside() {
  const { boot, user, expired } = useSession();
  const path = usePath();
  if (path === '/setup' && (boot.setup || user?.role === 'admin')) return <SetupPage />;
  if (boot.setup) return <NotSetUp />;
  if (!user) return path === '/register' && boot.registration ? <RegisterPage /> : null;
  // A session that ran out leaves the app in memory: it is there again, scrolled as it was.
  return (
    <Activity mode={expired ? 'hidden' : 'visible'}>
      <App key={user.id} />
    </Activity>
  );
}

/** The same as the skeleton in index.html, so that nothing moves while the code comes. */
function SkeletonPage() {
  return (
    <div className="skeleton-page" aria-hidden="true">
      <span />
      <i />
    </div>
  );
}
