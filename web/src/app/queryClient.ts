import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/kit/api';

/** No connection, or a proxy whose server is restarting. */
const passing = (status: number) => status === 0 || (status >= 502 && status <= 504);

/** The cache of server state. What the server refused is not asked again; a lost connection is. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => count < 2 && error instanceof ApiError && passing(error.status),
      },
      mutations: { networkMode: 'always' },
    },
  });
}
