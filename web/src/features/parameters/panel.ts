import { createStore } from '@/kit/store';

/** Whether the panel is open, and what it is about: the composer on the page says. */
export const panelOpen = createStore(false);

export interface Subject {
  chat: string | null;
  model: string;
}

export const subject = createStore<Subject>({ chat: null, model: '' });
