import type { ModelProvider } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';

/** Why a provider's models cannot answer just now; null where nothing is known to be wrong. */
export function troubleOf({ key, down }: ModelProvider): string | null {
  if (key === 'missing') return i18n.t('needs your key');
  if (key === 'expired') return i18n.t('your key has expired');
  return down ? i18n.t('does not answer') : null;
}
