import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '@/kit/api';
import type { Tool, ToolCall } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';

/** The tools that models may use. */
export function toolsQuery() {
  return queryOptions({
    queryKey: ['tools'],
    queryFn: async ({ signal }) =>
      (await api.get<{ items: Tool[] }>('/api/tools', { signal })).items,
    staleTime: 5 * 60_000,
  });
}

/** What tools are called and whether they ask. */
export function useTools(): readonly Tool[] {
  return useQuery(toolsQuery()).data ?? none;
}
const none: readonly Tool[] = [];

/** A tool's name for people: the server's, or the technical one made readable. */
export function toolLabel(tools: readonly Tool[], { name }: Pick<ToolCall, 'name'>): string {
  const known = tools.find((tool) => tool.name === name)?.label;
  if (known) return known;
  if (name === 'url_context') return i18n.t('Opened links'); // of providers that open them themselves
  const words = name.replaceAll('_', ' ').trim();
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** What a tool does, for people: the server's own description is written for models. */
export function toolHelp(tools: readonly Tool[], name: string): string | undefined {
  switch (name) {
    case 'calculator':
      return i18n.t('Works out an expression exactly.');
    case 'current_time':
      return i18n.t('Tells the date and the time, in any time zone.');
    case 'fetch_page':
      return i18n.t('Reads one page of the public web. Its address is sent to that site.');
    default:
      return tools.find((tool) => tool.name === name)?.description;
  }
}
