// A chat's messages as the tree they are. What an import may hold is tolerated: a message whose
// parent is not there counts as a root, and a ring is opened at its oldest message.

import type { Message } from '@/kit/api/types';

export interface Tree {
  /** The message of an id. */
  get(id: string): Message | undefined;
  /** From the root down to this message; empty for an unknown id. */
  path(id: string | null | undefined): Message[];
  /** The message and its alternatives, oldest first. */
  siblings(id: string): readonly Message[];
  /** The answers to a message, or the roots for null; oldest first. */
  children(id: string | null): readonly Message[];
  /** The end of the newest line below a message. */
  leaf(id: string): string;
  /** The end of the line that holds the newest message; null for an empty chat. */
  newest(): string | null;
  readonly size: number;
}

const none: readonly Message[] = [];

/** Indexes messages, which are given in creation order. Takes time linear in their number. */
export function buildTree(items: readonly Message[]): Tree {
  const known = new Map<string, Message>();
  for (const message of items) if (!known.has(message.id)) known.set(message.id, message);
  const parents = findParents(known);
  const below = new Map<string | null, Message[]>();
  for (const message of known.values()) {
    const parent = parents.get(message.id) ?? null;
    const row = below.get(parent);
    if (row) row.push(message);
    else below.set(parent, [message]);
  }
  const children = (id: string | null) => below.get(id) ?? none;
  const leaf = (id: string) => {
    let end = id;
    for (let next = children(end).at(-1); next; next = children(end).at(-1)) end = next.id;
    return end;
  };
  return {
    size: known.size,
    get: (id) => known.get(id),
    children,
    siblings: (id) => (known.has(id) ? children(parents.get(id) ?? null) : none),
    path(id) {
      const path: Message[] = [];
      for (let at = id ? known.get(id) : undefined; at; ) {
        path.push(at);
        const parent = parents.get(at.id);
        at = parent ? known.get(parent) : undefined;
      }
      return path.reverse();
    },
    leaf,
    newest() {
      const last = items.at(-1);
      return last ? leaf(last.id) : null;
    },
  };
}

/** The parent that each message really has: one that is there, and above no ring. */
function findParents(known: ReadonlyMap<string, Message>): Map<string, string | null> {
  const parents = new Map<string, string | null>();
  // A climb from each message, until it meets what an earlier climb has settled or itself.
  for (const start of known.values()) {
    const climb = new Set<string>();
    let at: Message | undefined = start;
    while (at && !parents.has(at.id) && !climb.has(at.id)) {
      climb.add(at.id);
      at = at.parent ? known.get(at.parent) : undefined;
    }
    for (const id of climb) {
      const parent: string | null = known.get(id)?.parent ?? null;
      parents.set(id, parent !== null && known.has(parent) ? parent : null);
    }
    // Messages come oldest first, but a ring may be met from outside: open it at its oldest.
    if (at && climb.has(at.id)) parents.set(oldestOfRing(at, known), null);
  }
  return parents;
}

function oldestOfRing(member: Message, known: ReadonlyMap<string, Message>): string {
  const ring = new Set<string>();
  for (let at: Message | undefined = member; at && !ring.has(at.id); ) {
    ring.add(at.id);
    at = at.parent ? known.get(at.parent) : undefined;
  }
  for (const id of known.keys()) if (ring.has(id)) return id;
  return member.id;
}
