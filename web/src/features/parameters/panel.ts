import { createStore } from '@/kit/store';

/** Whether the panel is open, and what it is about: the composer on the page says. */
export const panelOpen = createStore(false);

/** What had the focus when the panel was opened. */
let opener: Element | null = null;
/** The panel that comes next was asked for just now, and takes the focus. */
let asked = false;

export function openPanel(): void {
  opener = document.activeElement;
  asked = true;
  panelOpen.set(true);
}

/** Closes it and gives the focus back. */
export function closePanel(): void {
  panelOpen.set(false);
  if (opener instanceof HTMLElement) opener.focus();
  opener = null;
}

/** Whether the panel was asked for, and is not merely there again after another page; true once. */
export function takesFocus(): boolean {
  const now = asked;
  asked = false;
  return now;
}

export interface Subject {
  chat: string | null;
  model: string;
}

export const subject = createStore<Subject>({ chat: null, model: '' });
