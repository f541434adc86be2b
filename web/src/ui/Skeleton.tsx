import { cx } from './cx';
import { useLater } from './useLater';

/**
 * Grey bars in the shape of what comes. It waits 150 ms before it shows, so that a quick answer
 * does not flicker; the space is taken from the start.
 */
export function Skeleton({ rows = 1, className }: { rows?: number; className?: string }) {
  const visible = useLater(150);
  return (
    <div aria-hidden="true" className={cx('flex flex-col gap-3', !visible && 'invisible')}>
      {Array.from({ length: rows }, (_, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: bars are all alike
          key={row}
          style={{ width: `${[92, 70, 84, 56][row % 4]}%` }}
          className={cx('h-4 animate-shimmer rounded-sm bg-hover', className)}
        />
      ))}
    </div>
  );
}
