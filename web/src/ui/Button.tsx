import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';
import { type ButtonSize, type ButtonVariant, buttonClass } from './looks';

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
      className={cx(buttonClass(variant, size), busy && 'animate-shimmer', className)}
    >
      {icon}
      {children}
    </button>
  );
}
