import { PanelLeft, Search, SquarePen } from 'lucide-react';
import { i18n } from '@/kit/i18n';
import { Link } from '@/kit/route';
import { IconButton } from '@/ui/IconButton';
import { AccountMenu } from './AccountMenu';

/** The list of chats folded to its icons. */
export function Rail({ onExpand }: { onExpand: () => void }) {
  const find = () => {
    onExpand();
    requestAnimationFrame(() => document.getElementById('chat-filter')?.focus());
  };
  return (
    <aside className="flex w-13 shrink-0 flex-col items-center gap-1 border-line border-r pt-1.5 pb-2">
      <IconButton label={i18n.t('Show the list of chats')} keys="mod+shift+s" onClick={onExpand}>
        <PanelLeft size={18} />
      </IconButton>
      <Link
        to="/"
        aria-label={i18n.t('New chat')}
        data-tip={i18n.t('New chat')}
        data-tip-keys="mod+shift+o"
        className="inline-flex size-8 items-center justify-center rounded-sm text-accent transition-colors hover:bg-hover pointer-coarse:size-11"
      >
        <SquarePen size={18} />
      </Link>
      <IconButton label={i18n.t('Find a chat')} keys="mod+k" onClick={find}>
        <Search size={18} />
      </IconButton>
      <span className="grow" />
      <AccountMenu compact />
    </aside>
  );
}
