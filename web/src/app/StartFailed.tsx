import { errorText } from '@/kit/errorText';
import { ErrorNotice } from '@/ui/ErrorNotice';

/** The page when not even the boot data came. */
export function StartFailed({ error }: { error: unknown }) {
  return (
    <main className="mx-auto max-w-md px-5 pt-[20vh]">
      <ErrorNotice {...errorText(error)} onRetry={() => location.reload()} />
    </main>
  );
}
