import { i18n } from '@/kit/i18n';
import { useLater } from '@/ui/useLater';

/** A question and an answer in grey, for a chat that is slow to come. */
export function ThreadSkeleton() {
  const visible = useLater(150);
  return (
    <div role="status" aria-label={i18n.t('Loading')} className="min-h-0 grow overflow-hidden">
      {visible && (
        <div className="mx-auto flex w-full max-w-(--column) animate-shimmer flex-col gap-8 px-4 pt-6 sm:px-6">
          <Bar className="h-16 w-3/5 self-end rounded-[14px]" />
          <div className="flex flex-col gap-3">
            <Bar className="h-3 w-28" />
            <Bar className="h-4 w-full" />
            <Bar className="h-4 w-11/12" />
            <Bar className="h-4 w-4/5" />
            <Bar className="h-4 w-1/2" />
          </div>
          <Bar className="h-11 w-2/5 self-end rounded-[14px]" />
        </div>
      )}
    </div>
  );
}

function Bar({ className }: { className: string }) {
  return <span className={`block rounded-sm bg-sunken ${className}`} />;
}
