import { i18n } from '@lingui/core';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button';
import { cx } from './cx';

interface ErrorNoticeProps {
  /** What happened, in the user's words. */
  title: ReactNode;
  /** What to do, or the other side's own text. */
  detail?: ReactNode;
  /** For whoever looks into the server's log. */
  requestId?: string;
  onRetry?: () => void;
  retryLabel?: string;
  busy?: boolean;
  actions?: ReactNode;
  className?: string;
}

/** A failure, in its place: cause, what to do, and the request's id. Announced at once. */
export function ErrorNotice({
  title,
  detail,
  requestId,
  onRetry,
  retryLabel,
  busy,
  actions,
  className,
}: ErrorNoticeProps) {
  return (
    <div
      role="alert"
      className={cx(
        'flex gap-3 rounded-md border border-danger/35 bg-danger-soft px-3.5 py-3 text-ink',
        className,
      )}
    >
      <TriangleAlert size={18} className="mt-px shrink-0 text-danger" aria-hidden="true" />
      <div className="flex min-w-0 flex-col gap-1.5">
        <p className="font-medium">{title}</p>
        {detail && <p className="break-words text-ink-2 text-sm">{detail}</p>}
        {requestId && (
          <p className="text-ink-2 text-xs">
            {i18n.t('Request')} <code className="select-all break-all font-mono">{requestId}</code>
          </p>
        )}
        {(onRetry || actions) && (
          <div className="mt-1 flex flex-wrap gap-2">
            {onRetry && (
              <Button size="sm" busy={busy} onClick={onRetry}>
                {retryLabel ?? i18n.t('Try again')}
              </Button>
            )}
            {actions}
          </div>
        )}
      </div>
    </div>
  );
}
