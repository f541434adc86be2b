import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { ApiError } from '@/kit/api';
import type { Chat, Message } from '@/kit/api/types';
import { useStore } from '@/kit/useStore';
import { isLive } from '@/turn/frame';
import type { TurnStream } from '@/turn/stream';
import { best, feedOf } from './feed';
import { takeOptions } from './options';
import { asMessage, beganHere, type Outgoing, useOutbox } from './outbox';
import { chatQuery, messagesQuery } from './queries';
import { buildTree, type Tree } from './tree';

export interface Thread {
  state: 'loading' | 'ready' | 'missing' | 'failed';
  error: Error | null;
  again: () => void;
  chat: Chat | undefined;
  tree: Tree;
  /** What is looked at, from the first message to the last. */
  path: readonly Message[];
  outbox: ReadonlyMap<string, Outgoing>;
  streams: ReadonlyMap<string, TurnStream>;
  /** The replies that the provider has begun to write. */
  delivered: ReadonlySet<string>;
  /** The answer that is being written in this chat. */
  running: Message | undefined;
}

/** A chat as it is shown: what the server has, what is under way, and where in the tree we look. */
export function useThread(id: string): Thread {
  const client = useQueryClient();
  const outgoing = useOutbox(id);
  const unborn = outgoing.some((entry) => entry.first);
  const chat = useQuery({ ...chatQuery(id), enabled: !unborn });
  const messages = useQuery({ ...messagesQuery(id), enabled: !unborn });
  const feed = feedOf(client, id);
  const streams = useStore(feed.streams);
  const ended = useStore(feed.ended);
  const delivered = useStore(feed.delivered);

  // Nobody may listen to a chat that does not exist yet.
  useEffect(() => (unborn ? undefined : feed.open()), [feed, unborn]);
  useEffect(() => {
    if (messages.data && !unborn) feed.adopt(messages.data);
  }, [feed, messages.data, unborn]);

  const options = chat.data?.options;
  useEffect(() => {
    if (options) takeOptions(id, options);
  }, [id, options]);

  const known = useMemo(
    () => (messages.data ?? []).map((message) => best(message, ended)),
    [messages.data, ended],
  );
  const tree = useMemo(() => {
    const ids = new Set(known.map((message) => message.id));
    const waiting = outgoing.filter((entry) => !ids.has(entry.id)).map(asMessage);
    return buildTree([...known, ...waiting]);
  }, [known, outgoing]);

  const sending = outgoing.findLast(({ state }) => state === 'sending')?.id;
  const end = endOf(tree, sending ?? chat.data?.leaf);
  const path = useMemo(() => tree.path(end), [tree, end]);
  const outbox = useMemo(() => new Map(outgoing.map((one) => [one.id, one])), [outgoing]);
  const running = useMemo(() => known.findLast(live), [known]);

  return {
    state: stateOf(
      unborn || (messages.data !== undefined && (chat.data !== undefined || beganHere(id))),
      messages.error ?? chat.error,
    ),
    error: messages.error ?? chat.error,
    again: () => {
      void messages.refetch();
      void chat.refetch();
    },
    chat: chat.data,
    tree,
    path,
    outbox,
    streams,
    delivered,
    running,
  };
}

function endOf(tree: Tree, leaf: string | null | undefined): string | null {
  return leaf && tree.get(leaf) ? tree.leaf(leaf) : tree.newest();
}

function live(message: Message): boolean {
  return message.role === 'assistant' && isLive(message.status);
}

function stateOf(ready: boolean, error: Error | null): Thread['state'] {
  if (ready) return 'ready';
  if (!error) return 'loading';
  return error instanceof ApiError && error.status === 404 ? 'missing' : 'failed';
}
