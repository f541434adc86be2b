import { useQuery } from '@tanstack/react-query';
import { api } from '@/kit/api';
import type { Tool, ToolCall } from '@/kit/api/types';

/** What tools are called and whether they ask. */
export function useTools(): readonly Tool[] {
  const { data } = useQuery({
    queryKey: ['tools'],
    queryFn: async ({ signal }) =>
      (await api.get<{ items: Tool[] }>('/api/tools', { signal })).items,
    staleTime: 5 * 60_000,
  });
  return data ?? none;
}
const none: readonly Tool[] = [];

/** A tool's name for people: the server's, or the technical one made readable. */
export function toolLabel(tools: readonly Tool[], { name }: Pick<ToolCall, 'name'>): string {
  const known = tools.find((tool) => tool.name === name)?.label;
  if (known) return known;
  const words = name.replaceAll('_', ' ').trim();
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}
