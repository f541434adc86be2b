// What happens in an open chat while it is looked at: one feed per chat, which takes the live
// channel's events, keeps a stream for each running turn and writes what has ended into the cache.

import type { QueryClient } from '@tanstack/react-query';
import { api } from '@/kit/api';
import type { Chat, Message } from '@/kit/api/types';
import { connection, subscribe } from '@/kit/realtime';
import { createStore } from '@/kit/store';
import { type Folded, unfolded } from '@/turn/fold';
import { type Frame, isLive } from '@/turn/frame';
import { TurnStream } from '@/turn/stream';
import { changeMessage, chatKey, messagesKey, setLeaf } from './queries';

type ChatEvent =
  | ({ type: 'frame'; turn: string; message: string } & Frame)
  | { type: 'turn'; turn: string; message: string; user: string | null; status: string }
  | { type: 'messages' }
  | { type: 'path'; leaf: string }
  | { type: 'options'; options: Chat['options'] };

const feeds = new Map<string, ChatFeed>();

/** The feed of a chat, made when it is first asked for. */
export function feedOf(client: QueryClient, chat: string): ChatFeed {
  let feed = feeds.get(chat);
  if (!feed) {
    feed = new ChatFeed(client, chat);
    feeds.set(chat, feed);
  }
  return feed;
}

export class ChatFeed {
  readonly chat: string;
  /** The running turns, by id. */
  readonly streams = createStore<ReadonlyMap<string, TurnStream>>(new Map());
  /** What the turns that ended here came to. */
  readonly ended = createStore<ReadonlyMap<string, Folded>>(new Map());
  /** The replies that the provider has begun to write. */
  readonly delivered = createStore<ReadonlySet<string>>(new Set());
  #client: QueryClient;
  #watchers = 0;
  #stop: () => void = () => undefined;
  /** The channel was heard since it last broke. */
  #heard = false;

  constructor(client: QueryClient, chat: string) {
    this.#client = client;
    this.chat = chat;
  }

  /** Watches the chat until the result is called. */
  open(): () => void {
    if (this.#watchers++ === 0) {
      feeds.set(this.chat, this);
      this.#start();
    }
    return () => {
      if (--this.#watchers === 0) this.#close();
    };
  }

  /** Follows the turn of every message that is still being written. */
  adopt(messages: readonly Message[]): void {
    if (this.#watchers === 0) return;
    for (const message of messages) {
      if (!message.turn || !isLive(message.status)) continue;
      const { turn, status, parts, seq = 0 } = message;
      this.#follow(turn, message.id, { status, parts, seq }, false);
    }
  }

  /** Follows a turn that has just been accepted. */
  begin(turn: string, message: string): void {
    this.#follow(turn, message, unfolded, this.#heard);
  }

  #start(): void {
    const ends = [
      subscribe<ChatEvent>(
        `chat:${this.chat}`,
        (event) => this.#take(event),
        (again) => (again ? this.#missed() : void this.#compare()),
      ),
      connection.subscribe(() => {
        if (connection.get() !== 'connected') this.#broken();
      }),
    ];
    this.#stop = () => {
      for (const end of ends) end();
    };
  }

  #close(): void {
    this.#stop();
    this.#heard = false;
    for (const stream of this.streams.get().values()) stream.close();
    this.streams.set(new Map());
    this.delivered.set(new Set());
    if (feeds.get(this.chat) === this) feeds.delete(this.chat);
  }

  #broken(): void {
    this.#heard = false;
    for (const stream of this.streams.get().values()) stream.lost();
  }

  #missed(): void {
    this.#broken();
    this.#refetch();
  }

  /** What was read before the channel was live is out of date if another device went on meanwhile. */
  async #compare(): Promise<void> {
    const known = this.#client.getQueryData<Chat>(chatKey(this.chat));
    if (!known) return;
    const now = await api.get<Chat>(`/api/chats/${this.chat}`).catch(() => known);
    if (now.leaf !== known.leaf || now.updatedAt !== known.updatedAt) this.#refetch();
    // Its settings are kept without a trace in the time. What an event brought since is newer.
    else this.#client.setQueryData<Chat>(chatKey(this.chat), (it) => (it === known ? now : it));
  }

  #refetch(): void {
    void this.#client.invalidateQueries({ queryKey: messagesKey(this.chat) });
    void this.#client.invalidateQueries({ queryKey: chatKey(this.chat) });
  }

  #take(event: ChatEvent): void {
    this.#heard = true;
    switch (event.type) {
      case 'frame':
        this.#follow(event.turn, event.message, unfolded, true);
        this.streams.get().get(event.turn)?.receive(event);
        return;
      case 'turn':
        this.#takeTurn(event);
        return;
      case 'messages':
        this.#refetch();
        return;
      case 'path':
        setLeaf(this.#client, this.chat, event.leaf);
        if (!this.#knows(event.leaf)) this.#refetch();
        return;
      case 'options':
        this.#client.setQueryData<Chat>(
          chatKey(this.chat),
          (known) => known && { ...known, options: event.options },
        );
    }
  }

  #takeTurn(event: Extract<ChatEvent, { type: 'turn' }>): void {
    if (event.status === 'accepted') {
      setLeaf(this.#client, this.chat, event.message);
      this.#follow(event.turn, event.message, unfolded, true);
    } else if (event.status === 'delivered') {
      this.#deliver(event.message);
    } else if (!isLive(event.status as Message['status']) && !this.#saw(event.turn)) {
      this.#refetch();
    }
  }

  #follow(turn: string, message: string, from: Folded, live: boolean): void {
    // A quick turn may be over before the answer to its request is here.
    if (this.ended.get().has(turn)) return;
    if (this.streams.get().has(turn) || this.#watchers === 0) return;
    const onEnd = (last: Folded | null) => this.#end(turn, message, last);
    const stream = new TurnStream(turn, { from, live, onEnd });
    const heard = stream.subscribe(() => {
      if (stream.get().parts.length === 0) return;
      heard();
      this.#deliver(message);
    });
    this.streams.set((known) => new Map(known).set(turn, stream));
    if (!this.#knows(message)) this.#refetch();
  }

  #deliver(reply: string): void {
    if (!this.delivered.get().has(reply)) {
      this.delivered.set((known) => new Set(known).add(reply));
    }
  }

  #end(turn: string, message: string, last: Folded | null): void {
    if (last) {
      this.ended.set((known) => new Map(known).set(turn, last));
      changeMessage(this.#client, this.chat, message, (known) => withFolded(known, last));
    }
    this.streams.set((known) => {
      const next = new Map(known);
      next.delete(turn);
      return next;
    });
    // The frames say all, unless the log is gone or its last part was lost.
    if (!last?.usage) this.#refetch();
  }

  /** Whether the turn's frames came here, or still come. */
  #saw(turn: string): boolean {
    return this.streams.get().has(turn) || this.ended.get().has(turn);
  }

  #knows(message: string): boolean {
    const messages = this.#client.getQueryData<Message[]>(messagesKey(this.chat));
    return messages?.some(({ id }) => id === message) ?? false;
  }
}

/** A message as it is known best: a turn that has ended here may still run in an older answer. */
export function best(message: Message, ended: ReadonlyMap<string, Folded>): Message {
  const last = message.turn && isLive(message.status) && ended.get(message.turn);
  return last ? withFolded(message, last) : message;
}

function withFolded(message: Message, { status, parts, seq, usage, limit }: Folded): Message {
  return {
    ...message,
    status,
    parts: [...parts],
    seq,
    ...(usage ? { usage } : {}),
    ...(usage?.model ? { model: usage.model } : {}),
    ...(limit ? { limit } : {}),
  };
}
