// Class names of controls, for components and for the sign-in page, which has no React.

import { cx } from './cx';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'caution' | 'danger';
export type ButtonSize = 'sm' | 'md' | 'lg';

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent',
  secondary: 'bg-surface text-ink border-line-strong/60 hover:bg-hover',
  ghost: 'text-ink-2 border-transparent hover:bg-hover hover:text-ink',
  // What leads to something that cannot be undone; danger is what does it.
  caution: 'bg-surface text-danger border-line-strong/60 hover:bg-danger-soft',
  danger: 'bg-danger text-on-danger border-transparent hover:opacity-90',
};

const sizes: Record<ButtonSize, string> = {
  sm: 'h-7 px-2.5 text-sm gap-1.5 rounded-sm',
  md: 'h-8.5 px-3 text-base gap-2 rounded-[8px]',
  lg: 'h-11 px-4 text-base gap-2 rounded-md',
};

/** The look of a button. */
export function buttonClass(variant: ButtonVariant, size: ButtonSize): string {
  return cx(
    'inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap border font-medium transition-[background-color,color,opacity,transform] active:scale-[.985]',
    'disabled:pointer-events-none disabled:opacity-45 pointer-coarse:min-h-11',
    variants[variant],
    sizes[size],
  );
}

/** The look of everything that text is typed into. */
export const inputClass =
  'w-full rounded-[8px] border border-line-strong/70 bg-surface px-3 text-ink placeholder:text-ink-3 ' +
  'transition-[border-color] hover:border-line-strong ' +
  'focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 ' +
  'aria-invalid:border-danger aria-invalid:outline-danger disabled:opacity-55 pointer-coarse:min-h-11';

/** The button in a password's field that shows what is typed. */
export const revealClass =
  'absolute top-1/2 right-1.5 h-7 -translate-y-1/2 rounded-sm px-2 text-ink-2 text-sm transition-colors hover:bg-hover hover:text-ink pointer-coarse:right-0.5 pointer-coarse:h-10 pointer-coarse:px-3';
