import { useEffect } from 'react';

/** Sets the page's title: "Trip to Lisbon · Parley". */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Parley` : 'Parley';
  }, [title]);
}
