import { createStore } from '@/kit/store';
import { useStore } from '@/kit/useStore';

const unread = createStore<ReadonlySet<string>>(new Set());
let open: string | null = null;

/** Says which chat is looked at: it has nothing unread. */
export function lookAt(chat: string | null): void {
  open = chat;
  if (chat) change((set) => set.delete(chat));
}

/** An answer ended in a chat: unread, unless it is looked at right now. */
export function markAnswered(chat: string): void {
  if (chat !== open || document.hidden) change((set) => set.add(chat));
}

export function useUnread(chat: string): boolean {
  return useStore(unread, (set) => set.has(chat));
}

function change(apply: (set: Set<string>) => unknown): void {
  const next = new Set(unread.get());
  if (apply(next) !== false) unread.set(next);
}
