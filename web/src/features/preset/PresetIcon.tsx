import { cx } from '@/ui/cx';

/** A preset's sign: its emoji, or the first letter of its name. */
export function PresetIcon({
  preset,
  small,
}: {
  preset: { icon: string; name: string };
  small?: boolean;
}) {
  const [letter = ''] = preset.name.trim();
  return (
    <span
      aria-hidden="true"
      className={cx(
        'flex shrink-0 items-center justify-center overflow-hidden leading-none',
        small ? 'size-4 text-sm' : 'size-7 rounded-[7px] border border-line bg-sunken text-base',
        !preset.icon && 'font-semibold text-ink-2 text-xs',
      )}
    >
      {preset.icon || letter.toLocaleUpperCase()}
    </span>
  );
}
