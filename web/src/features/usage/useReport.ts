import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '@/kit/api';
import type { Report } from './types';

export type Range = '7' | '30' | '90' | '365';

/** What is asked for: whose figures, and of how many days. */
export interface Question {
  /** Everyone's, for administrators. */
  all: boolean;
  range: Range;
  /** Only this user's. */
  user?: string;
}

export function addressOf({ all, range, user }: Question): {
  path: string;
  query: Record<string, string | undefined>;
} {
  return { path: all ? '/api/usage/all' : '/api/usage', query: { days: range, user } };
}

/** The figures of a range of days; the former ones stay while others come. */
export function useReport(question: Question) {
  const { path, query } = addressOf(question);
  return useQuery({
    queryKey: ['usage', 'report', path, query],
    queryFn: () => api.get<Report>(path, { query }),
    placeholderData: keepPreviousData,
  });
}
