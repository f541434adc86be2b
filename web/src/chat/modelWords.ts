// What the catalogue says in short words, in the user's language.

import type { Model } from '@/kit/api/types';
import { formatDate } from '@/kit/format';
import { i18n } from '@/kit/i18n';

/** What a model is good for. */
export function useOf(use: string): string {
  switch (use) {
    case 'agents':
      return i18n.t('agents');
    case 'bulk':
      return i18n.t('short tasks in bulk');
    case 'chat':
      return i18n.t('everyday questions');
    case 'code':
      return i18n.t('code');
    case 'documents':
      return i18n.t('long documents');
    case 'maths':
      return i18n.t('maths and logic');
    case 'search':
      return i18n.t('research on the web');
    case 'writing':
      return i18n.t('writing');
    default:
      return use;
  }
}

/** A tool that the provider runs. */
export function remoteTool(name: string): string {
  switch (name) {
    case 'web_search':
      return i18n.t('web search');
    case 'code_execution':
      return i18n.t('runs code');
    case 'file_search':
      return i18n.t('searches files');
    case 'url_context':
      return i18n.t('opens links');
    default:
      return name.replaceAll('_', ' ');
  }
}

/** A reasoning level. */
export function levelName(level: string): string {
  switch (level) {
    case 'none':
      return i18n.t('None');
    case 'minimal':
      return i18n.t('Minimal');
    case 'low':
      return i18n.t('Low');
    case 'medium':
      return i18n.t('Medium');
    case 'high':
      return i18n.t('High');
    case 'xhigh':
      return i18n.t('Very high');
    case 'max':
      return i18n.t('Maximal');
    default:
      return level;
  }
}

/** The state that is worth a word. */
export function statusName({ status }: Model): string | null {
  if (status === 'preview') return i18n.t('Preview');
  if (status === 'deprecated') return i18n.t('Being retired');
  return null;
}

/** "2025-03" as "March 2025". */
export function monthOf(date: string): string {
  const [year = 0, month, day] = date.split('-').map(Number);
  if (!month) return String(year);
  if (day) return formatDate(new Date(year, month - 1, day));
  return new Intl.DateTimeFormat(i18n.locale, { year: 'numeric', month: 'long' }).format(
    new Date(year, month - 1, 1),
  );
}
