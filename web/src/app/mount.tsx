import { createRoot } from 'react-dom/client';
import { currentSession } from '@/session/session';
import { loadPage } from './pages';
import { Root } from './Root';

/** Puts the app on the page, once the code of the address is there as well. */
export async function mount(host: HTMLElement): Promise<void> {
  if (currentSession().user) await loadPage(location.pathname);
  createRoot(host).render(<Root />);
}

/** Fetches the code that the address needs, while somebody signs in. */
export function warm(): void {
  void loadPage(location.pathname).catch(() => undefined);
}
