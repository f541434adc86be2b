import {
  KeyRound,
  MoreHorizontal,
  ShieldCheck,
  ShieldOff,
  Trash2,
  UserCheck,
  UserX,
} from 'lucide-react';
import type { Account } from '@/kit/api/types';
import { formatDate, formatRelative } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Badge } from '@/ui/Badge';
import { cx } from '@/ui/cx';
import { IconButton } from '@/ui/IconButton';
import { Menu, type MenuEntry } from '@/ui/Menu';

interface AccountRowProps {
  account: Account;
  isMe: boolean;
  onAsk: (what: 'disable' | 'delete' | 'password') => void;
  onChange: (fields: Partial<Account>) => void;
}

/** A person with an account, and what an administrator can do about it. */
export function AccountRow({ account, isMe, onAsk, onChange }: AccountRowProps) {
  const { name, email, role, disabled } = account;
  const isAdmin = role === 'admin';
  const items = (): MenuEntry[] => [
    {
      label: isAdmin ? i18n.t('Not an administrator any more') : i18n.t('Make an administrator'),
      icon: isAdmin ? <ShieldOff size={16} /> : <ShieldCheck size={16} />,
      onSelect: () => onChange({ role: isAdmin ? 'user' : 'admin' }),
    },
    {
      label: i18n.t('New password'),
      icon: <KeyRound size={16} />,
      onSelect: () => onAsk('password'),
    },
    disabled
      ? {
          label: i18n.t('Enable'),
          icon: <UserCheck size={16} />,
          onSelect: () => onChange({ disabled: false }),
        }
      : { label: i18n.t('Disable'), icon: <UserX size={16} />, onSelect: () => onAsk('disable') },
    'separator',
    {
      label: i18n.t('Delete'),
      icon: <Trash2 size={16} />,
      danger: true,
      onSelect: () => onAsk('delete'),
    },
  ];
  return (
    <div className="flex items-center gap-3 py-3 pr-2 pl-4 [contain-intrinsic-size:auto_4rem] [content-visibility:auto]">
      <div className="min-w-0 grow">
        <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5">
          <span
            dir="auto"
            className={cx('min-w-0 max-w-full truncate font-medium', disabled && 'text-ink-3')}
          >
            {name}
          </span>
          {isMe && <Badge>{i18n.t('You')}</Badge>}
          {isAdmin && <Badge tone="accent">{i18n.t('Administrator')}</Badge>}
          {disabled && <Badge tone="danger">{i18n.t('Disabled')}</Badge>}
        </p>
        <p className="break-words text-ink-3 text-sm">
          {email} · {i18n.t('here since {date}', { date: formatDate(account.createdAt) })} ·{' '}
          {account.signedInAt
            ? i18n.t('signed in {when}', { when: formatRelative(account.signedInAt) })
            : i18n.t('never signed in')}
        </p>
      </div>
      {!isMe && (
        <Menu label={i18n.t('Actions for {name}', { name })} items={items} align="end">
          {(trigger) => (
            <IconButton {...trigger} label={i18n.t('More for {name}', { name })}>
              <MoreHorizontal size={17} />
            </IconButton>
          )}
        </Menu>
      )}
    </div>
  );
}
