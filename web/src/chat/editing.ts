// Which messages are being edited. An edit that is not sent is a draft: while there is one the message
// stays open, through scrolling, a switch of branches and a reload.

import { readDraft, writeDraft } from '@/kit/draft';
import { createStore } from '@/kit/store';
import { useStore } from '@/kit/useStore';

const open = createStore<ReadonlyMap<string, boolean>>(new Map());
const left = new Map<string, boolean>();

/** Where the unsent edit of a message is kept. */
export function editKey(chat: string, message: string): string {
  return `${chat}/edit/${message}`;
}

/** Whether a message is open for editing. */
export function useEditing(chat: string, message: string): boolean {
  const key = editKey(chat, message);
  return useStore(open, (all) => all.get(key) ?? wasOpen(key));
}

/** Whether an earlier page left an edit behind; asked once, since typing empties drafts as well. */
function wasOpen(key: string): boolean {
  const known = left.get(key) ?? readDraft(key) !== '';
  left.set(key, known);
  return known;
}

/** Opens a message for editing, or leaves it and drops what was typed. */
export function setEditing(chat: string, message: string, on: boolean): void {
  const key = editKey(chat, message);
  if (!on) {
    writeDraft(key, '');
    writeDraft(`${key}/files`, '');
  }
  open.set((all) => new Map(all).set(key, on));
}
