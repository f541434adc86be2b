// Messages on their way to the server. One that cannot leave yet waits here, through a lost connection
// and a reload, and is sent again under the same Idempotency-Key: it arrives once or not at all.

import type { QueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError, api } from '@/kit/api';
import type { Media, Message, Part, TurnAccepted, TurnStart } from '@/kit/api/types';
import { readDraft, writeDraft } from '@/kit/draft';
import { connection } from '@/kit/realtime';
import { createStore } from '@/kit/store';
import { useStore } from '@/kit/useStore';
import { feedOf } from './feed';
import { uuidv7 } from './id';
import { askFor, openOptions, saveOptions } from './options';
import { putMessages, setLeaf } from './queries';

/** 'queued' waits for the connection and goes by itself; 'failed' waits for the user. */
export type OutgoingState = 'sending' | 'queued' | 'failed';

export interface Outgoing {
  /** Of the user's message. */
  id: string;
  chat: string;
  key: string;
  start: TurnStart;
  /** The parent that the message has, or will have; null for a root. */
  parent: string | null;
  media: Media[];
  /** The chat is made by this message. */
  first: boolean;
  state: OutgoingState;
  /** Why it failed. */
  error?: { code: string; detail: string; retryAfter: number | null };
  at: string;
}

/** What a new message is made of. */
export interface NewMessage {
  chat: string;
  text: string;
  model: string;
  parent: string | null;
  media?: Media[];
  edits?: string;
  first?: boolean;
  /** What the chat is set up with from this message on. */
  preset?: string;
}

const box = createStore<readonly Outgoing[]>([]);
const storageKey = 'outbox';
const waits = new Map<string, number>();
let current: QueryClient | null = null;
const born = new Set<string>();

/** Whether a chat began on this page: what is known of it is all there is. */
export function beganHere(chat: string): boolean {
  return born.has(chat);
}

/** What of a chat has not been accepted yet, oldest first. */
export function useOutbox(chat: string | null): readonly Outgoing[] {
  const all = useStore(box);
  return useMemo(() => all.filter((entry) => entry.chat === chat), [all, chat]);
}

/** The message as it is shown before the server has it. */
export function asMessage(entry: Outgoing): Message {
  const { id, parent, start, at, media } = entry;
  const parts: Part[] = media.map((file) => ({ type: 'image', media: file }));
  if (start.text) parts.push({ type: 'text', text: start.text });
  return {
    id,
    parent,
    role: 'user',
    status: 'complete',
    parts,
    createdAt: at,
    ...(start.edits ? { edits: start.edits } : {}),
  };
}

/** Shows a message at once and sends it; returns its id. */
export function sendMessage(client: QueryClient, message: NewMessage): string {
  const { chat, text, model, parent, media = [], edits, first = false, preset } = message;
  const id = uuidv7();
  const start: TurnStart = { text, model, id, ...askFor(client, chat, model) };
  if (preset) start.preset = preset;
  if (edits) start.edits = edits;
  else if (!first) start.parent = parent;
  const files = media.flatMap(({ file }) => (file ? [file] : []));
  if (files.length > 0) start.files = files;
  const entry: Outgoing = {
    id,
    chat,
    key: uuidv7(),
    start,
    parent,
    media,
    first,
    state: 'sending',
    at: new Date().toISOString(),
  };
  if (first) born.add(chat);
  box.set((known) => [...known, entry]);
  keep();
  setLeaf(client, chat, id);
  void attempt(client, entry);
  return id;
}

/** Tries a failed or waiting message again. */
export function retryMessage(client: QueryClient, id: string): void {
  const entry = box.get().find((one) => one.id === id);
  if (!entry || entry.state === 'sending') return;
  void attempt(client, entry);
}

/** Takes a message back that was never accepted. */
export function discardMessage(client: QueryClient, id: string): Outgoing | undefined {
  const entry = box.get().find((one) => one.id === id);
  if (!entry) return undefined;
  remove(id);
  if (entry.parent) setLeaf(client, entry.chat, entry.parent);
  return entry;
}

/**
 * Says whose cache the messages go to: with a new one, which is another user's or a new page's, come
 * the messages that were not sent before, and leave.
 */
export function openOutbox(client: QueryClient): void {
  if (client === current) return;
  if (!current) watchConnection();
  current = client;
  openOptions(client);
  const kept = parse(readDraft(storageKey));
  box.set(kept);
  for (const entry of kept) {
    if (entry.first) born.add(entry.chat);
    if (entry.state !== 'failed') void attempt(client, entry);
  }
}

/** Sends what waits as soon as there is somebody to send it to. */
function watchConnection(): void {
  const again = () => {
    for (const entry of box.get()) {
      if (entry.state === 'queued' && current) void attempt(current, entry);
    }
  };
  addEventListener('online', again);
  connection.subscribe(() => connection.get() === 'connected' && again());
}

/** Starts a turn that has no message of the user's: another answer, or more of one. */
export async function startReply(
  client: QueryClient,
  chat: string,
  start: TurnStart,
  parent: string | null,
): Promise<string> {
  const asked = { ...start, ...askFor(client, chat, start.model) };
  const accepted = await post(chat, asked, uuidv7());
  take(client, chat, accepted, replyTo(accepted, start, parent));
  return accepted.messages.reply;
}

async function attempt(client: QueryClient, entry: Outgoing): Promise<void> {
  clearTimeout(waits.get(entry.id));
  change(entry.id, { state: 'sending', error: undefined });
  try {
    const accepted = await post(entry.chat, entry.start, entry.key);
    if (!box.get().some(({ id }) => id === entry.id)) return;
    const user: Message = { ...asMessage(entry), turn: accepted.turn };
    take(client, entry.chat, accepted, user, replyTo(accepted, entry.start, entry.id));
    remove(entry.id);
    // The list hears of it live; where that connection is slow or blocked, by asking.
    if (entry.first) void client.invalidateQueries({ queryKey: ['chats'] });
    if (entry.first) void saveOptions(entry.chat);
  } catch (error) {
    const known = error instanceof ApiError ? error : new ApiError({ code: 'page', status: 0 });
    if (passing(known)) {
      change(entry.id, { state: 'queued' });
      waits.set(
        entry.id,
        window.setTimeout(() => retryMessage(client, entry.id), 5000),
      );
      return;
    }
    const { code, detail, retryAfter } = known;
    change(entry.id, { state: 'failed', error: { code, detail, retryAfter } });
  }
}

function post(chat: string, start: TurnStart, key: string): Promise<TurnAccepted> {
  return api.post<TurnAccepted>(`/api/chats/${chat}/turns`, start, {
    headers: { 'idempotency-key': key },
  });
}

function take(
  client: QueryClient,
  chat: string,
  accepted: TurnAccepted,
  ...messages: Message[]
): void {
  putMessages(client, chat, messages);
  setLeaf(client, chat, accepted.messages.reply);
  feedOf(client, chat).begin(accepted.turn, accepted.messages.reply);
}

function replyTo(accepted: TurnAccepted, start: TurnStart, parent: string | null): Message {
  return {
    id: accepted.messages.reply,
    parent,
    role: 'assistant',
    status: 'running',
    parts: [],
    model: start.model,
    turn: accepted.turn,
    seq: 0,
    createdAt: new Date().toISOString(),
    ...(start.continue ? { continues: start.continue } : {}),
  };
}

/** No answer, or one that only says that nobody is there now: it goes by itself. */
function passing({ code, status }: ApiError): boolean {
  return code === 'network' || status === 401 || status === 502 || status === 503 || status === 504;
}

function change(id: string, fields: Partial<Outgoing>): void {
  box.set((known) => known.map((entry) => (entry.id === id ? { ...entry, ...fields } : entry)));
  keep();
}

function remove(id: string): void {
  clearTimeout(waits.get(id));
  box.set((known) => known.filter((entry) => entry.id !== id));
  keep();
}

function keep(): void {
  const entries = box.get();
  writeDraft(storageKey, entries.length > 0 ? JSON.stringify(entries) : '');
}

function parse(text: string): Outgoing[] {
  try {
    return text ? (JSON.parse(text) as Outgoing[]) : [];
  } catch {
    return [];
  }
}
