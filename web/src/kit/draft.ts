// What was typed and not yet sent, per chat, in localStorage. Each entry belongs to one user and all
// of a user's are dropped when they sign out; a session that merely ran out keeps them.

const prefix = 'parley:draft:';
let owner = '';

/** Says whose drafts are read and written from now on; empty is nobody's. */
export function openDrafts(user: string): void {
  owner = user;
}

/** The draft of a chat; null is the chat that is not begun yet. */
export function readDraft(chat: string | null): string {
  if (!owner) return '';
  try {
    return localStorage.getItem(keyOf(chat)) ?? '';
  } catch {
    return ''; // storage is off
  }
}

/** Keeps a draft; empty text drops it. */
export function writeDraft(chat: string | null, text: string): void {
  if (!owner) return;
  try {
    if (text) localStorage.setItem(keyOf(chat), text);
    else localStorage.removeItem(keyOf(chat));
  } catch {
    // Storage is off or full: the text is still in the composer.
  }
}

/** Drops every draft of every user on this browser. */
export function dropDrafts(): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(prefix)) localStorage.removeItem(key);
    }
  } catch {
    // Storage is off: there is nothing to drop.
  }
}

function keyOf(chat: string | null): string {
  return `${prefix}${owner}:${chat ?? 'new'}`;
}
