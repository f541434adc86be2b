import type { Boot, Me } from '@/kit/api/types';
import { useStore } from '@/kit/useStore';
import { type Session, session } from './session';

/** Who is signed in, kept up to date. */
export function useSession(): Session {
  return useStore(session);
}

/** What the pages offer here, by the administrator's configuration. */
export function usePage(): Boot['page'] {
  return useStore(session, ({ boot }) => boot.page);
}

/** The signed-in user. Only below the app's gate, where there always is one. */
export function useMe(): Me {
  const { user } = useSession();
  if (!user) throw new Error('useMe outside a signed-in page');
  return user;
}
