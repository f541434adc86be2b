import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger';
export type ButtonSize = 'sm' | 'md' | 'lg';

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent',
  secondary: 'bg-surface text-ink border-line-strong/60 hover:bg-hover',
  ghost: 'text-ink-2 border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-danger text-on-danger border-transparent hover:opacity-90',
};

const sizes: Record<ButtonSize, string> = {
  sm: 'h-7 px-2.5 text-sm gap-1.5 rounded-sm',
  md: 'h-8.5 px-3 text-base gap-2 rounded-[8px]',
  lg: 'h-11 px-4 text-base gap-2 rounded-md',
};

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: ReactNode;
  /** Work is under way: the button keeps its place and focus, and ignores presses. */
  busy?: boolean;
}

/** A labelled button. Give it a verb; the icon is decoration. */
export function Button({
  variant = 'secondary',
  size = 'md',
  icon,
  busy = false,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={busy || rest['aria-disabled'] || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={cx(
        'inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap border font-medium transition-[background-color,color,opacity,transform] active:scale-[.985]',
        'disabled:pointer-events-none disabled:opacity-45 pointer-coarse:min-h-11',
        variants[variant],
        sizes[size],
        busy && 'animate-shimmer',
        className,
      )}
    >
      {icon}
      {children}
    </button>
  );
}
