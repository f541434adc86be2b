import { i18n } from '@lingui/core';
import { type ComponentProps, useState } from 'react';
import { cx } from './cx';
import { Input } from './Input';
import { revealClass } from './looks';

/** A password or key that may be looked at while it is typed. */
export function PasswordInput({ className, ...rest }: Omit<ComponentProps<'input'>, 'type'>) {
  const [open, setOpen] = useState(false);
  return (
    <div className="relative">
      <Input
        {...rest}
        type={open ? 'text' : 'password'}
        className={cx('pr-16', className)}
        spellCheck={false}
      />
      <button
        type="button"
        aria-label={open ? i18n.t('Hide what is typed') : i18n.t('Show what is typed')}
        onClick={() => setOpen(!open)}
        className={revealClass}
      >
        {open ? i18n.t('Hide') : i18n.t('Show')}
      </button>
    </div>
  );
}
