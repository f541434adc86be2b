import { createRoot } from 'react-dom/client';
import { settled } from '@/kit/api';
import { currentSession } from '@/session/session';
import { wideScreen } from './nav';
import { loadPage } from './pages';
import { Root } from './Root';
import { ChatList } from './Sidebar';

/** Milliseconds. A picture without its data, and another with it, take longer than that. */
const patience = 100;

/** Puts the app on the page, once the code of the address is there as well, and perhaps its data. */
export async function mount(host: HTMLElement): Promise<void> {
  if (currentSession().user) {
    const list = matchMedia(wideScreen).matches ? ChatList.load() : null;
    await Promise.all([loadPage(location.pathname), list]);
    await settled(patience);
  }
  createRoot(host).render(<Root />);
}

/** Fetches the code that the address needs, while somebody signs in. */
export function warm(): void {
  void loadPage(location.pathname).catch(() => undefined);
}
