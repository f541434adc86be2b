import { ApiError } from './api';
import { i18n } from './i18n';

/** What an ErrorNotice shows of a failure. */
export interface ErrorText {
  title: string;
  detail?: string;
  requestId?: string;
}

/** Says an error in the user's language: known codes in our words, others in the server's. */
export function errorText(error: unknown): ErrorText {
  if (!(error instanceof ApiError)) {
    return { title: i18n.t('Something went wrong on this page.'), detail: String(error) };
  }
  const title = known(error);
  return {
    title: title ?? (error.detail || i18n.t('The server could not do that.')),
    detail: error.more || undefined,
    // A refusal has said all there is; the log has more only of a failure.
    requestId: (error.status >= 500 && error.requestId) || undefined,
  };
}

function known(error: ApiError): string | undefined {
  switch (error.code) {
    case 'network':
      return i18n.t('The server cannot be reached. Check your connection.');
    case 'invalid_credentials':
      return i18n.t('That address and password do not match.');
    case 'throttled':
      return error.retryAfter
        ? i18n.t(
            'Too many tries. Wait {seconds, plural, one {# second} other {# seconds}}, then try again.',
            {
              seconds: error.retryAfter,
            },
          )
        : i18n.t('Too many tries. Wait a moment, then try again.');
    case 'not_found':
      return i18n.t('That is not here, or not yours to see.');
    case 'domain_refused':
      return i18n.t('Accounts here are for addresses of certain domains.');
    case 'registration_refused':
      return i18n.t('No account could be made with that address. If it is yours, sign in instead.');
    case 'setup_closed':
      return i18n.t('This server is already set up. Sign in instead.');
    case 'setup_token_invalid':
      return i18n.t('This setup link is no longer valid. The newest one is in the server’s log.');
    case 'shutting_down':
      return i18n.t('The server is restarting. Try again in a few seconds.');
    case 'http_502':
    case 'http_503':
    case 'http_504':
      return i18n.t('The server is not available right now. Try again in a moment.');
    default:
      return undefined;
  }
}
