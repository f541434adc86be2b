import { ChevronsUpDown, CircleUser, Keyboard, LogOut, Scale, Settings } from 'lucide-react';
import { navigate } from '@/kit/address';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { legalLinks } from '@/session/legal';
import { signOut } from '@/session/session';
import { useMe } from '@/session/useSession';
import { IconButton } from '@/ui/IconButton';
import { Menu, type MenuEntry } from '@/ui/Menu';
import { toast } from '@/ui/toast';
import { useKeyboardSheet } from './KeyboardSheet';

/** Who is signed in, and the way to what belongs to them. */
export function AccountMenu({ compact, onLeave }: { compact?: boolean; onLeave?: () => void }) {
  const me = useMe();
  const sheet = useKeyboardSheet();
  const items = (): MenuEntry[] => [
    { heading: me.email },
    {
      label: i18n.t('Settings'),
      icon: <Settings size={16} />,
      keys: 'g s',
      onSelect: () => {
        onLeave?.();
        navigate('/settings');
      },
    },
    {
      label: i18n.t('Keyboard shortcuts'),
      icon: <Keyboard size={16} />,
      keys: '?',
      onSelect: () => {
        onLeave?.();
        sheet.open();
      },
    },
    ...legalLinks().map(({ label, url, newTab }) => ({
      label,
      icon: <Scale size={16} />,
      onSelect: () => window.open(url, newTab ? '_blank' : '_self', 'noreferrer'),
    })),
    'separator',
    { label: i18n.t('Sign out'), icon: <LogOut size={16} />, onSelect: () => void leave() },
  ];
  const label = i18n.t('Account');
  return (
    <Menu label={label} items={items} side="top">
      {(trigger, open) =>
        compact ? (
          <IconButton {...trigger} label={i18n.t('Account of {name}', { name: me.name })}>
            <CircleUser size={18} />
          </IconButton>
        ) : (
          <button
            {...trigger}
            type="button"
            data-open={open || undefined}
            className="flex h-9 w-full items-center gap-2.5 rounded-[8px] px-2.5 text-left transition-colors hover:bg-hover data-open:bg-hover pointer-coarse:h-11"
          >
            <CircleUser size={18} className="shrink-0 text-ink-3" aria-hidden="true" />
            <span className="min-w-0 grow truncate font-medium">{me.name || me.email}</span>
            <ChevronsUpDown size={14} className="shrink-0 text-ink-3" aria-hidden="true" />
          </button>
        )
      }
    </Menu>
  );
}

async function leave(): Promise<void> {
  try {
    await signOut();
  } catch (error) {
    void toast(i18n.t('You are still signed in'), {
      kind: 'error',
      detail: errorText(error).title,
    });
  }
}
