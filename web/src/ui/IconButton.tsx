import type { ComponentProps } from 'react';
import { cx } from './cx';

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label'> {
  /** What it does: the accessible name and the tooltip. */
  label: string;
  /** Shown in the tooltip beside the label, as in "mod+shift+o". */
  keys?: string;
  size?: 'sm' | 'md';
  /** A toggle's state. */
  pressed?: boolean;
}

/** A button with only an icon; its label shows as a tooltip on hover and focus. */
export function IconButton({
  label,
  keys,
  size = 'md',
  pressed,
  className,
  children,
  type = 'button',
  ...rest
}: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      aria-pressed={pressed}
      data-tip={label}
      data-tip-keys={keys}
      className={cx(
        'inline-flex shrink-0 items-center justify-center rounded-sm text-ink-2 transition-colors hover:bg-hover hover:text-ink',
        'aria-pressed:bg-accent-soft aria-pressed:text-accent disabled:pointer-events-none disabled:opacity-45',
        'pointer-coarse:min-h-11 pointer-coarse:min-w-11',
        size === 'sm' ? 'size-7' : 'size-8',
        className,
      )}
    >
      {children}
    </button>
  );
}
