import type { ReactNode } from 'react';
import { cx } from './cx';

interface EmptyStateProps {
  /** One sentence: what would be here. */
  title: ReactNode;
  /** The one thing to do about it. */
  action?: ReactNode;
  icon?: ReactNode;
  className?: string;
  children?: ReactNode;
}

/** An empty list: one sentence and one action. */
export function EmptyState({ title, action, icon, className, children }: EmptyStateProps) {
  return (
    <div
      className={cx(
        'flex flex-col items-center gap-3 px-6 py-10 text-center text-ink-2',
        className,
      )}
    >
      {icon && <span className="text-ink-3">{icon}</span>}
      <p className="max-w-sm text-balance">{title}</p>
      {children}
      {action}
    </div>
  );
}
