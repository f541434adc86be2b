import { CloudOff } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { i18n } from '@/kit/i18n';
import { connection } from '@/kit/realtime';

/** A thin line at the top while there is no connection. It waits a moment: most breaks are short. */
export function OfflineBar() {
  const state = useSyncExternalStore(connection.subscribe, connection.get);
  const offline = state === 'offline';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(offline), offline ? 2000 : 0);
    return () => clearTimeout(timer);
  }, [offline]);
  return (
    <div role="status">
      {shown && (
        <p className="flex items-center justify-center gap-2 border-line border-b bg-warn-soft px-4 py-1 text-sm">
          <CloudOff size={14} className="shrink-0 text-warn" aria-hidden="true" />
          {i18n.t('No connection. Trying again; what is on the page stays.')}
        </p>
      )}
    </div>
  );
}
