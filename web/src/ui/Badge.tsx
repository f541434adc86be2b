import type { ReactNode } from 'react';
import { cx } from './cx';

const tones = {
  plain: 'bg-sunken text-ink-2 border-line',
  accent: 'bg-accent-soft text-accent border-transparent',
  ok: 'bg-ok-soft text-ok border-transparent',
  danger: 'bg-danger-soft text-danger border-transparent',
};

/** A word or two about a thing, beside its name. */
export function Badge({
  tone = 'plain',
  children,
}: {
  tone?: keyof typeof tones;
  children: ReactNode;
}) {
  return (
    <span
      className={cx(
        'inline-flex h-5 shrink-0 items-center gap-1 whitespace-nowrap rounded-sm border px-1.5 font-medium text-xs',
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
