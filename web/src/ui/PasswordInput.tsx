import { i18n } from '@lingui/core';
import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { IconButton } from './IconButton';
import { Input } from './Input';

/** A password or key that may be looked at while it is typed. */
export function PasswordInput(props: Omit<ComponentProps<'input'>, 'type'>) {
  const [open, setOpen] = useState(false);
  return (
    <div className="relative">
      <Input {...props} type={open ? 'text' : 'password'} className="pr-11" spellCheck={false} />
      <IconButton
        size="sm"
        label={open ? i18n.t('Hide what is typed') : i18n.t('Show what is typed')}
        onClick={() => setOpen(!open)}
        className="-translate-y-1/2 absolute top-1/2 right-1 pointer-coarse:right-0"
      >
        {open ? <EyeOff size={16} /> : <Eye size={16} />}
      </IconButton>
    </div>
  );
}
