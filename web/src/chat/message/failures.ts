import type { Failure } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';

/** What may help: the same model again, another one, another question, or what is set of the provider. */
type Step = 'again' | 'other' | 'edit' | 'own_key' | 'provider';

export interface FailureText {
  title: string;
  advice: string;
  step: Step;
}

/**
 * What happened and what to do, in the user's language; an unknown code in the server's words.
 * left: the seconds that are still to be waited; null where nobody said how long.
 */
export function failureText(
  failure: Failure,
  isAdmin: boolean,
  left: number | null = null,
): FailureText {
  const known = texts(left, isAdmin)[failure.code.replace(/^provider_/, '')];
  const [title, advice, step = 'again'] = known ?? [
    failure.message || i18n.t('The answer failed.'),
  ];
  return { title, advice: advice ?? '', step };
}

/** Whether the same model may answer the same question after all. */
export function canPass(failure: Failure): boolean {
  return failure.code !== 'provider_context_too_long';
}

/** Whether the same model may carry on what it had begun. */
export function canResume(failure: Failure): boolean {
  return canPass(failure) && failure.code !== 'provider_content_filtered';
}

/** Whether the detail is the provider's own text; where none was reached it is ours. */
export function isQuoted({ code }: Failure): boolean {
  return !ours.has(code.replace(/^provider_/, ''));
}

const ours = new Set([
  'network',
  'host_not_found',
  'connection_refused',
  'certificate_invalid',
  'https_missing',
  'timeout',
  'truncated',
  'protocol',
  'internal',
]);

type Known = [title: string, advice?: string, step?: Step];

function waitText(left: number | null): string {
  if (left === null) return i18n.t('Try again in a moment, or with another model.');
  if (left === 0) return i18n.t('You can try again now.');
  return i18n.t('Try again in {seconds, plural, one {# second} other {# seconds}}.', {
    seconds: left,
  });
}

function texts(left: number | null, isAdmin: boolean): Record<string, Known> {
  const wait = waitText(left);
  const again = i18n.t('Try again, or with another model.');
  const tell = isAdmin
    ? i18n.t('Check the provider in the settings, or try another model.')
    : i18n.t('Try another model, or tell an administrator.');
  const provider = isAdmin ? 'provider' : 'other';
  return {
    auth: [i18n.t('The provider refused this server’s key.'), tell, provider],
    own_key: [
      i18n.t('The provider refused your key.'),
      i18n.t('Enter it again, or try another model.'),
      'own_key',
    ],
    rate_limited: [i18n.t('The provider is getting too many requests.'), wait],
    overloaded: [i18n.t('The provider is overloaded.'), wait],
    server: [i18n.t('The provider has a fault of its own.'), wait],
    context_too_long: [
      i18n.t('This chat is too long for the model.'),
      i18n.t('Choose a model with a larger context, or start a new chat.'),
      'other',
    ],
    content_filtered: [
      i18n.t('The provider’s content filter stopped this answer.'),
      i18n.t('Write the question differently, or try another model.'),
      'edit',
    ],
    bad_request: [i18n.t('The provider did not accept the request.'), again],
    model_not_found: [
      i18n.t('The provider does not have this model.'),
      i18n.t('Choose another model.'),
      'other',
    ],
    quota_exhausted: [
      i18n.t('The quota of this server’s account with the provider is used up.'),
      tell,
      provider,
    ],
    protocol: [i18n.t('The provider sent something that is not an answer.'), again],
    truncated: [i18n.t('The answer broke off before its end.'), again],
    network: [i18n.t('The provider could not be reached.'), again],
    host_not_found: [i18n.t('The provider’s address does not exist.'), tell, provider],
    connection_refused: [i18n.t('Nothing answers at the provider’s address.'), again],
    certificate_invalid: [
      i18n.t('The connection to the provider is not secure, so nothing was sent.'),
      tell,
      provider,
    ],
    https_missing: [i18n.t('The provider’s address does not speak HTTPS.'), tell, provider],
    timeout: [i18n.t('The provider took too long.'), again],
    internal: [i18n.t('Something went wrong on the server.'), again],
  };
}
