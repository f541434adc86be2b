import { createStore } from '@/kit/store';

const key = 'parley:nav';

/** The windows that have room for the list of chats beside the page. */
export const wideScreen = '(min-width: 1024px)';

/** Whether the list of chats stands beside the page (wide windows); remembered by the browser. */
export const navWide = createStore(read());

/** Whether it lies over the page (narrow windows). */
export const navOver = createStore(false);

/** Opens or closes the list, in whichever way this window shows it. */
export function toggleNav(wide: boolean): void {
  if (!wide) {
    navOver.set((open) => !open);
    return;
  }
  navWide.set((open) => !open);
  try {
    localStorage.setItem(key, navWide.get() ? 'open' : 'closed');
  } catch {
    // Storage is off: it opens again next time.
  }
}

function read(): boolean {
  try {
    return localStorage.getItem(key) !== 'closed';
  } catch {
    return true;
  }
}
