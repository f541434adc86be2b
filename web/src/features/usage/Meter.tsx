import { cx } from '@/ui/cx';

/** A bar that fills; it changes its colour near the end. The figures stand in words beside it. */
export function Meter({ share }: { share: number }) {
  const percent = Math.min(100, Math.max(0, share * 100));
  return (
    <div
      aria-hidden="true"
      className="h-1.5 overflow-hidden rounded-full bg-hover forced-colors:border"
    >
      <div
        style={{ width: `${percent}%` }}
        className={cx(
          'h-full rounded-full forced-colors:bg-[Highlight]',
          share >= 1 ? 'bg-danger' : share >= 0.8 ? 'bg-warn' : 'bg-accent',
        )}
      />
    </div>
  );
}
