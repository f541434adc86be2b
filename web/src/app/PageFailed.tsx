import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Link } from '@/kit/route';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { useTitle } from '@/ui/useTitle';

/** A page that broke, or whose code could not be fetched (a new version was installed meanwhile). */
export function PageFailed({ error }: { error: unknown }) {
  return (
    <main id="main" className="mx-auto w-full max-w-lg px-5 pt-[18vh]">
      <ErrorNotice
        {...errorText(error)}
        retryLabel={i18n.t('Load the page again')}
        onRetry={() => location.reload()}
      />
    </main>
  );
}

export function NotFound() {
  useTitle(i18n.t('Not found'));
  return (
    <main
      id="main"
      className="flex h-full flex-col items-center justify-center gap-3 px-6 text-center"
    >
      <h1 className="font-semibold text-xl">{i18n.t('There is nothing at this address')}</h1>
      <p className="text-ink-2">{i18n.t('It may have been deleted, or the link is incomplete.')}</p>
      <Link to="/" className="mt-2 font-medium">
        {i18n.t('Start a new chat')}
      </Link>
    </main>
  );
}
