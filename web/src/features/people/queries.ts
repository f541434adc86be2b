import { queryOptions } from '@tanstack/react-query';
import { api } from '@/kit/api';
import type { Group, Member } from '@/kit/api/types';

export const groupsKey = ['groups'] as const;

/** All groups of the server. */
export function groupsQuery() {
  return queryOptions({
    queryKey: [...groupsKey, 'list'],
    queryFn: ({ signal }) => api.get<{ items: Group[] }>('/api/groups', { signal }),
  });
}

/** Who is in a group. */
export function membersQuery(group: string) {
  return queryOptions({
    queryKey: [...groupsKey, 'members', group],
    queryFn: ({ signal }) =>
      api.get<{ items: Member[] }>(`/api/groups/${group}/members`, { signal }),
  });
}

/** All that is kept of the list of accounts. */
export const accountsKey = ['accounts'] as const;
