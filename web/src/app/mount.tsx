import { createRoot } from 'react-dom/client';
import { Root } from './Root';

/** Puts the app on the page. */
export function mount(host: HTMLElement): void {
  createRoot(host).render(<Root />);
}

/** Fetches the code that a signed-in user needs first. */
export function warm(): void {
  void import('./App');
  void import('@/chat/ChatPage');
}
