import { Menu as Hamburger } from 'lucide-react';
import { Suspense, useEffect, useRef } from 'react';
import { navigate } from '@/kit/address';
import { i18n } from '@/kit/i18n';
import { usePath } from '@/kit/route';
import { useShortcuts } from '@/kit/shortcuts';
import { useStore } from '@/kit/useStore';
import { cx } from '@/ui/cx';
import { IconButton } from '@/ui/IconButton';
import { useMedia } from '@/ui/useMedia';
import { Drawer } from './Drawer';
import { KeyboardSheet, useKeyboardSheet } from './KeyboardSheet';
import { useLive } from './live';
import { navOver, navWide, toggleNav, wideScreen } from './nav';
import { OfflineBar } from './OfflineBar';
import { PageBoundary } from './PageBoundary';
import { NotFound } from './PageFailed';
import { findPage } from './pages';
import { Rail } from './Rail';
import { Sidebar } from './Sidebar';

/** The frame of every page: the list of chats at the left, the page beside it. */
export function Shell() {
  const wide = useMedia(wideScreen);
  const phone = useMedia('(max-width: 639px)');
  const open = useStore(navWide);
  const over = useStore(navOver);
  const page = useRef<HTMLDivElement>(null);
  useLive();
  useShellShortcuts(wide);

  return (
    <div className={cx('flex h-full', phone && 'max-sm:[--header-inset:2.75rem]')}>
      <a href="#main" className="skip-link">
        {i18n.t('Skip to the page')}
      </a>
      {wide && open && (
        <aside className="w-66 shrink-0 border-line border-r">
          <Sidebar onToggle={() => toggleNav(true)} />
        </aside>
      )}
      {!phone && !(wide && open) && <Rail onExpand={() => toggleNav(wide)} />}
      {!wide && (
        <Drawer open={over} onOpen={(next) => navOver.set(next)} behind={page}>
          <Sidebar onToggle={() => navOver.set(false)} onLeave={() => navOver.set(false)} />
        </Drawer>
      )}
      <div ref={page} className="relative flex min-w-0 grow flex-col">
        {phone && (
          <IconButton
            label={i18n.t('Chats')}
            aria-expanded={over}
            onClick={() => toggleNav(false)}
            className="absolute top-0 left-0 z-20 size-11"
          >
            <Hamburger size={20} />
          </IconButton>
        )}
        <OfflineBar />
        <div className="min-h-0 grow">
          <CurrentPage />
        </div>
      </div>
      <KeyboardSheet />
    </div>
  );
}

const doors = ['/signin', '/register', '/setup'];

function CurrentPage() {
  const path = usePath();
  const page = findPage(path);
  // Whoever is inside has passed the doors.
  const atDoor = doors.includes(path);
  useEffect(() => {
    if (atDoor) navigate('/', 'replace');
  }, [atDoor]);
  if (!page) return atDoor ? null : <NotFound />;
  return (
    <PageBoundary page={path}>
      <Suspense fallback={null}>
        <page.component />
      </Suspense>
    </PageBoundary>
  );
}

function useShellShortcuts(wide: boolean): void {
  const sheet = useKeyboardSheet();
  const group = i18n.t('Anywhere');
  const findChat = () => {
    if (wide) navWide.set(true);
    else navOver.set(true);
    requestAnimationFrame(() => document.getElementById('chat-filter')?.focus());
  };
  useShortcuts([
    {
      keys: 'mod+shift+o',
      label: i18n.t('New chat'),
      group,
      run: () => navigate('/'),
    },
    { keys: 'mod+k', label: i18n.t('Find a chat'), group, run: findChat },
    {
      keys: 'mod+shift+s',
      label: i18n.t('Show or hide the chats'),
      group,
      run: () => toggleNav(wide),
    },
    {
      keys: 'g s',
      label: i18n.t('Settings'),
      group,
      run: () => navigate('/settings'),
    },
    { keys: '?', label: i18n.t('Show the shortcuts'), group, run: sheet.open },
  ]);
}
