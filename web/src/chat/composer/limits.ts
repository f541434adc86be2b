import type { Boot } from '@/kit/api/types';
import { formatBytes } from '@/kit/format';
import { i18n } from '@/kit/i18n';

/** What a message to a model may carry; what is missing or 0 does not limit. */
export type Limits = NonNullable<Boot['uploads']['limits']>[string];

/** What limits look at of a file. */
export interface Sized {
  type: string;
  size: number;
}

/** The limits for models of a provider. */
export function limitsOf({ maxBytes, limits }: Boot['uploads'], provider = ''): Limits {
  const own = limits?.[provider] ?? limits?.[''] ?? {};
  return { ...own, bytes: Math.min(own.bytes || maxBytes, maxBytes) };
}

/** Why these files may not go with one message; undefined when they may. */
export function overLimit(
  files: readonly Sized[],
  { disabled, count, bytes, total, types }: Limits,
): string | undefined {
  if (files.length === 0) return undefined;
  if (disabled) return i18n.t('Pictures cannot be sent to this model here.');
  if (count && files.length > count) {
    return i18n.t(
      'At most {count, plural, one {# picture} other {# pictures}} can go with a message.',
      { count },
    );
  }
  if (bytes && files.some(({ size }) => size > bytes)) {
    return i18n.t('This picture is too large: at most {size}.', { size: formatBytes(bytes) });
  }
  const refused = types?.length ? files.find(({ type }) => !types.some(matches(type))) : undefined;
  if (refused) {
    return i18n.t('Pictures of this kind ({kind}) cannot be sent to this model here.', {
      kind: refused.type.replace('image/', ''),
    });
  }
  if (total && files.reduce((sum, { size }) => sum + size, 0) > total) {
    return i18n.t('These pictures are too large together: at most {size}.', {
      size: formatBytes(total),
    });
  }
  return undefined;
}

/** A pattern that is none to this browser is left to the server. */
function matches(type: string): (pattern: string) => boolean {
  return (pattern) => {
    try {
      return new RegExp(pattern).test(type);
    } catch {
      return true;
    }
  };
}
