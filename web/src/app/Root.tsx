import { Activity, lazy, Suspense } from 'react';
import { usePath } from '@/kit/route';
import { useSession } from '@/session/session';
import { TooltipLayer } from '@/ui/TooltipLayer';

const App = lazy(() => import('./App').then((module) => ({ default: module.App })));
const Door = lazy(() => import('@/session/Door').then((module) => ({ default: module.Door })));
const SetupPage = lazy(() =>
  import('./setup/SetupPage').then((module) => ({ default: module.SetupPage })),
);

/**
 * The gate: the set-up, a door, or the app. When the session runs out the app stays in memory behind
 * the door, and is there again, scrolled as it was, after signing in.
 */
export function Root() {
  const { boot, user, expired } = useSession();
  const path = usePath();
  const settingUp = path === '/setup' && (boot.setup || user?.role === 'admin');
  return (
    <Suspense fallback={<SkeletonPage />}>
      {settingUp && !expired ? (
        <SetupPage />
      ) : (
        <>
          {user && (
            <Activity mode={expired ? 'hidden' : 'visible'}>
              <App key={user.id} />
            </Activity>
          )}
          {(!user || expired) && <Door />}
        </>
      )}
      <TooltipLayer />
    </Suspense>
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
