import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { navigate } from '@/kit/address';
import { ApiError, api } from '@/kit/api';
import type { Chat, Message, TurnStart } from '@/kit/api/types';
import { readDraft, writeDraft } from '@/kit/draft';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { plainText } from '@/turn/frame';
import { toast } from '@/ui/toast';
import type { ChatActions } from './actions';
import { setEditing } from './editing';
import { discardMessage, retryMessage, sendMessage, startReply } from './outbox';
import { chatKey, messagesKey, setLeaf } from './queries';
import { buildTree } from './tree';
import type { Thread } from './useThread';

interface Needs {
  /** The model that a new answer is asked of. */
  model: string;
  /** Whether a model can still be asked. */
  isKnown: (model: string) => boolean;
  /** A message was sent, or another alternative chosen: the thread scrolls to fit. */
  onSent: (message: string) => void;
  onSelected: (from: string, to: string) => void;
  onEarlier: (message: string) => void;
  /** Text comes back into the composer. */
  onTakenBack: (text: string) => void;
}

/** What can be done in a chat, over what is shown of it at the moment of doing. */
export function useActions(chat: string, thread: Thread, needs: Needs): ChatActions {
  const client = useQueryClient();
  const now = useRef({ thread, needs });
  now.current = { thread, needs };
  return useMemo<ChatActions>(() => {
    const reply = (start: TurnStart, parent: string | null): Promise<string | undefined> =>
      startReply(client, chat, start, parent).catch((error: unknown) => {
        complain(i18n.t('No answer was begun'), error, () => void reply(start, parent));
        return undefined;
      });
    return {
      chat,
      regenerate(id, model) {
        const message = now.current.thread.tree.get(id);
        if (!message) return;
        const asked = model ?? modelFor(message, now.current.needs);
        void reply({ text: '', model: asked, regenerate: id }, message.parent).then(focusIfLost);
      },
      carryOn(id) {
        const message = now.current.thread.tree.get(id);
        if (!message) return;
        void reply({ text: '', model: modelFor(message, now.current.needs), continue: id }, id);
      },
      resend(id, { text, media }) {
        const { thread: shown, needs: with_ } = now.current;
        const message = shown.tree.get(id);
        if (!message) return;
        setEditing(chat, id, false);
        const { parent } = message;
        const { model } = with_;
        with_.onSent(sendMessage(client, { chat, text, model, parent, media, edits: id }));
      },
      edit(id, on) {
        setEditing(chat, id, on);
        if (!on) focusIfLost(id);
      },
      select(id) {
        const { tree, path } = now.current.thread;
        const siblings = tree.siblings(id);
        const from = path.find((message) => siblings.includes(message));
        if (from) now.current.needs.onSelected(from.id, id);
        select(client, chat, id, tree.leaf(id));
      },
      remove: (id, branch) => remove(client, chat, now.current.thread, id, branch),
      copy(id) {
        const message = now.current.thread.tree.get(id);
        if (message) copyText(plainText(message.parts));
      },
      async approve(turn, call, decision) {
        await api.post(`/api/turns/${turn}/approvals`, { call, decision });
        void client.invalidateQueries({ queryKey: ['tools'] });
      },
      retry: (id) => retryMessage(client, id),
      takeBack(id) {
        const entry = discardMessage(client, id);
        if (!entry) return;
        if (entry.first) {
          // Without it there is no chat: back to where it began.
          putBack(null, entry.start.text);
          navigate('/', 'replace');
        } else now.current.needs.onTakenBack(entry.start.text);
      },
      showEarlier: (id) => now.current.needs.onEarlier(id),
    };
  }, [client, chat]);
}

/** Has a question answered again, beside the answer that there is. */
export async function branch(
  client: QueryClient,
  chat: string,
  model: string,
  { id, parent }: Message,
): Promise<void> {
  try {
    await startReply(client, chat, { text: '', model, regenerate: id }, parent);
  } catch (error) {
    complain(i18n.t('No answer was begun'), error);
  }
}

/** The model that answered before, or the chosen one where that is gone. */
function modelFor({ model }: Message, needs: Needs): string {
  return model && needs.isKnown(model) ? model : needs.model;
}

/** Puts text on the clipboard and says so. */
export function copyText(text: string): void {
  navigator.clipboard.writeText(text).then(
    () => void toast(i18n.t('Copied')),
    () => void toast(i18n.t('The browser did not allow copying'), { kind: 'error' }),
  );
}

/** Ends a running answer; what came is kept. */
export function stopTurn(turn: string): void {
  api
    .post(`/api/turns/${turn}/stop`)
    .catch((error: unknown) => complain(i18n.t('The answer could not be stopped'), error));
}

/** Moves unsent text back to where it can be written on, before what stands there. */
export function putBack(chat: string | null, text: string): void {
  writeDraft(chat, [text, readDraft(chat)].filter(Boolean).join('\n\n'));
}

let selection = 0;

function select(client: QueryClient, chat: string, id: string, leaf: string): void {
  const mine = ++selection;
  setLeaf(client, chat, leaf);
  api.patch<Chat>(`/api/chats/${chat}`, { leaf: id }).then(
    (known) => {
      if (mine === selection) client.setQueryData(chatKey(chat), known);
    },
    () => undefined, // it is looked at here all the same
  );
}

function remove(
  client: QueryClient,
  chat: string,
  { tree, path }: Thread,
  id: string,
  branch: boolean,
): void {
  const before = client.getQueryData<Message[]>(messagesKey(chat));
  const message = tree.get(id);
  if (!before || !message) return;
  const after = branch ? withoutBranch(before, id, tree) : withoutMessage(before, message);
  client.setQueryData(messagesKey(chat), after);
  const leaf = path.at(-1)?.id;
  if (!leaf || !after.some((one) => one.id === leaf)) {
    const next = message.parent ?? buildTree(after).newest();
    if (next) setLeaf(client, chat, next);
  }
  focusNeighbour(path, id);
  const refetch = () => {
    void client.invalidateQueries({ queryKey: messagesKey(chat) });
    void client.invalidateQueries({ queryKey: chatKey(chat) });
  };
  const restore = () =>
    api
      .post(`/api/chats/${chat}/messages/${id}/restore`)
      .then(() => select(client, chat, id, leaf ?? id))
      .catch((error: unknown) => complain(i18n.t('It could not be brought back'), error))
      .finally(refetch);
  api
    .delete(`/api/chats/${chat}/messages/${id}`, { query: { branch } })
    .then(
      () =>
        void toast(branch ? i18n.t('Branch deleted') : i18n.t('Message deleted'), {
          action: { label: i18n.t('Undo'), run: () => void restore() },
        }),
      (error: unknown) => {
        client.setQueryData(messagesKey(chat), before);
        complain(i18n.t('It could not be deleted'), error);
      },
    )
    .finally(refetch);
}

function withoutBranch(messages: readonly Message[], id: string, tree: Thread['tree']): Message[] {
  const gone = new Set([id]);
  const walk = (parent: string) => {
    for (const child of tree.children(parent)) {
      gone.add(child.id);
      walk(child.id);
    }
  };
  walk(id);
  return messages.filter((message) => !gone.has(message.id));
}

function withoutMessage(messages: readonly Message[], gone: Message): Message[] {
  return messages
    .filter(({ id }) => id !== gone.id)
    .map((one) => (one.parent === gone.id ? { ...one, parent: gone.parent } : one));
}

/** The focus was in what is gone: it moves to what stands next to it. */
function focusNeighbour(path: readonly Message[], id: string): void {
  const at = path.findIndex((message) => message.id === id);
  const next = path[at - 1] ?? path[at + 1];
  if (next) requestAnimationFrame(() => focusMessage(next.id));
}

/**
 * The focus was in something that this message has replaced: it goes there, within the frames that a
 * popup which still holds it may take to leave.
 */
function focusIfLost(id: string | undefined): void {
  if (!id) return;
  let frames = 30;
  const look = () => {
    if (document.activeElement === document.body && focusMessage(id)) return;
    if (--frames > 0) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Moves the focus to a message; false when it is not on the page. */
function focusMessage(id: string): boolean {
  const element = document.getElementById(`message-${id}`);
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: 'nearest' });
  return element !== null;
}

function complain(title: string, error: unknown, again?: () => void): void {
  // The sign-in page says enough.
  if (error instanceof ApiError && error.status === 401) return;
  void toast(title, {
    kind: 'error',
    detail: errorText(error).title,
    action: again && { label: i18n.t('Try again'), run: again },
  });
}
