import type { Model } from '@/kit/api/types';

/** Whether what is sent to it stays on this machine or in its network. */
export function runsHere({ local, relay }: Model): boolean {
  return local && !relay;
}
