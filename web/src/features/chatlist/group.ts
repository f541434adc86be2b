import type { ChatRow } from '@/kit/api/types';
import { formatMonth } from '@/kit/format';
import { i18n } from '@/kit/i18n';

/** A line of the list: the name of a stretch of time, or a chat. */
export type Line = { kind: 'group'; label: string } | { kind: 'chat'; row: ChatRow };

/** Puts headings between chats that are sorted newest first: by day, by week, then by month. */
export function groupByDate(rows: readonly ChatRow[], now: Date = new Date()): Line[] {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const before = (days: number) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - days);
  const yesterday = before(1);
  const week = before(7);
  const label = (when: Date): string => {
    if (when >= today) return i18n.t('Today');
    if (when >= yesterday) return i18n.t('Yesterday');
    if (when >= week) return i18n.t('Previous 7 days');
    return formatMonth(when, now);
  };
  const lines: Line[] = [];
  let last = '';
  for (const row of rows) {
    const group = label(new Date(row.updatedAt));
    if (group !== last) lines.push({ kind: 'group', label: group });
    last = group;
    lines.push({ kind: 'chat', row });
  }
  return lines;
}
