import { useEffect } from 'react';
import { windowTitle } from '@/kit/appName';

/** Sets the page's title: "Trip to Lisbon · Parley". */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = windowTitle(title);
  }, [title]);
}
