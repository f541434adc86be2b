import type { Settings } from '@/kit/api/types';
import { useStore } from '@/kit/useStore';
import { settings } from './settings';

/** The user's settings, or what select picks of them. */
export function useSettings(): Settings;
export function useSettings<S>(select: (settings: Settings) => S): S;
export function useSettings<S>(select?: (settings: Settings) => S): S | Settings {
  return useStore(settings, select ?? ((all) => all as unknown as S));
}
