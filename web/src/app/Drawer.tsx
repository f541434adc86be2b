import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import { useDrawerSwipe } from './useDrawerSwipe';

interface DrawerProps {
  open: boolean;
  onOpen: (open: boolean) => void;
  /** The page under it, which cannot be reached while the drawer is open. */
  behind: RefObject<HTMLElement | null>;
  children: ReactNode;
}

/** The list of chats over the page: swipe from the edge or the button opens it, Escape closes it. */
export function Drawer({ open, onOpen, behind, children }: DrawerProps) {
  const panel = useRef<HTMLElement>(null);
  const scrim = useRef<HTMLDivElement>(null);
  const [used, setUsed] = useState(open);
  if (open && !used) setUsed(true);
  useDrawerSwipe(panel, scrim, open, onOpen, () => setUsed(true));

  useEffect(() => {
    const page = behind.current;
    if (!open || !page) return;
    const before = document.activeElement;
    page.inert = true;
    panel.current?.focus();
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) onOpen(false);
    };
    document.addEventListener('keydown', onKey);
    return () => {
      page.inert = false;
      document.removeEventListener('keydown', onKey);
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [open, behind, onOpen]);

  return (
    <>
      <div
        ref={scrim}
        aria-hidden="true"
        onPointerDown={() => onOpen(false)}
        className={cx(
          'fixed inset-0 z-30 bg-scrim transition-opacity duration-240',
          !open && 'pointer-events-none opacity-0',
        )}
      />
      <aside
        ref={panel}
        role="dialog"
        aria-modal="true"
        aria-label={i18n.t('Chats')}
        tabIndex={-1}
        inert={!open}
        className={cx(
          'fixed inset-y-0 left-0 z-40 w-[min(19rem,85vw)] border-line border-r bg-bg outline-none transition-[transform,visibility] duration-240 ease-out',
          !open && '-translate-x-full invisible',
        )}
      >
        {used && children}
      </aside>
    </>
  );
}
