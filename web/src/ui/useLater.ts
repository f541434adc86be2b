import { useEffect, useState } from 'react';

/** False at first, true after the given milliseconds. */
export function useLater(millis: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), millis);
    return () => clearTimeout(timer);
  }, [millis]);
  return late;
}
