import { useEffect, useState } from 'react';
import type { Failure, Message } from '@/kit/api/types';

/** The seconds until a provider may be asked again, counted down; null where it did not say. */
export function useWait({ retryAfter }: Partial<Failure>, { finishedAt }: Message): number | null {
  const whole = retryAfter ? Math.ceil(retryAfter) : 0;
  const [begin] = useState(() => (finishedAt ? Date.parse(finishedAt) : Date.now()));
  const read = () => {
    const left = Math.ceil((begin - Date.now()) / 1000 + whole);
    return Math.min(Math.max(left, 0), whole); // the clocks may differ
  };
  const [left, setLeft] = useState(read);
  const waits = left > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is read does not change
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => setLeft(read()), 1000);
    return () => clearInterval(timer);
  }, [waits]);
  return whole ? left : null;
}
