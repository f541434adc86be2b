import { CloudOff } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { i18n } from '@/kit/i18n';
import { connection } from '@/kit/realtime';

/** A note over the page while there is no connection: nothing moves for it. It waits a moment, as most
 * breaks are short. */
export function OfflineBar() {
  const state = useSyncExternalStore(connection.subscribe, connection.get);
  const offline = state === 'offline';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(offline), offline ? 2000 : 0);
    return () => clearTimeout(timer);
  }, [offline]);
  return (
    <div
      role="status"
      className="pointer-events-none absolute inset-x-0 top-13 z-10 flex justify-center px-4"
    >
      {shown && (
        <p className="m-0 flex max-w-full items-center gap-2 rounded-full border border-line bg-warn-soft px-3.5 py-1 text-sm shadow-menu">
          <CloudOff size={14} className="shrink-0 text-warn" aria-hidden="true" />
          {i18n.t('No connection. Trying again; what is on the page stays.')}
        </p>
      )}
    </div>
  );
}
