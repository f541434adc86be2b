import type { Failure } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';

/** What happened and what to do, in the user's language; an unknown code in the server's words. */
export function failureText(failure: Failure): { title: string; advice: string } {
  const known = texts(failure)[failure.code.replace(/^provider_/, '')];
  return known
    ? { title: known[0], advice: known[1] }
    : { title: failure.message || i18n.t('The answer failed.'), advice: '' };
}

/** Whether the same model may answer the same question after all. */
export function canPass(failure: Failure): boolean {
  return failure.code !== 'provider_context_too_long';
}

function texts({ retryAfter }: Failure): Record<string, [title: string, advice: string]> {
  const wait = retryAfter
    ? i18n.t('Try again in {seconds, plural, one {# second} other {# seconds}}.', {
        seconds: Math.ceil(retryAfter),
      })
    : i18n.t('Try again in a moment, or with another model.');
  const again = i18n.t('Try again, or with another model.');
  return {
    auth: [
      i18n.t('The provider refused this server’s key.'),
      i18n.t('An administrator has to check the key in the settings.'),
    ],
    own_key: [
      i18n.t('The provider refused your key.'),
      i18n.t('Enter it again in Settings, under Provider keys.'),
    ],
    rate_limited: [i18n.t('The provider is getting too many requests.'), wait],
    overloaded: [i18n.t('The provider is overloaded.'), wait],
    server: [i18n.t('The provider has a fault of its own.'), wait],
    context_too_long: [
      i18n.t('This chat is too long for the model.'),
      i18n.t('Choose a model with a larger context, or start a new chat.'),
    ],
    content_filtered: [
      i18n.t('The provider’s content filter stopped this answer.'),
      i18n.t('Write the question differently, or try another model.'),
    ],
    bad_request: [i18n.t('The provider did not accept the request.'), again],
    model_not_found: [
      i18n.t('The provider does not have this model.'),
      i18n.t('Choose another model.'),
    ],
    quota_exhausted: [
      i18n.t('The quota of this server’s account with the provider is used up.'),
      i18n.t('Try another model, or tell an administrator.'),
    ],
    protocol: [i18n.t('The provider sent something that is not an answer.'), again],
    truncated: [i18n.t('The answer broke off before its end.'), again],
    network: [i18n.t('The provider could not be reached.'), again],
    timeout: [i18n.t('The provider took too long.'), again],
    internal: [i18n.t('Something went wrong on the server.'), again],
  };
}
