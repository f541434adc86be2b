import { type RefObject, useRef } from 'react';
import type { Message } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { type Shortcut, useShortcuts } from '@/kit/shortcuts';
import { plainText } from '@/turn/frame';
import type { ChatActions } from './actions';
import type { ThreadHandle } from './thread/Thread';
import { copyText, stopTurn } from './useActions';
import type { Thread } from './useThread';

/** Puts the caret into the composer. */
export function focusComposer(): void {
  document.querySelector<HTMLTextAreaElement>('textarea[data-composer=new]')?.focus();
}

/** What the keyboard does in an open chat. */
export function useChatShortcuts(
  shown: Thread,
  actions: ChatActions,
  thread: RefObject<ThreadHandle | null>,
): void {
  const now = useRef(shown);
  now.current = shown;
  const group = i18n.t('Chat');
  const onMessage = i18n.t('On a message');
  const lastOf = (role: Message['role']) =>
    now.current.path.findLast((message) => message.role === role);
  const running = shown.running?.turn;

  const step = (by: number) => () => {
    const { path } = now.current;
    const at = path.findIndex((message) => message.id === focused());
    const next = at < 0 ? path.at(-1) : path[at + by];
    if (next) thread.current?.focus(next.id);
  };
  const sibling = (by: number) => () => {
    const { tree, path } = now.current;
    const id = focused() ?? path.findLast((one) => tree.siblings(one.id).length > 1)?.id;
    const row = id ? tree.siblings(id) : [];
    const next = row[row.findIndex((one) => one.id === id) + by];
    if (!next) return false;
    actions.select(next.id);
    requestAnimationFrame(() => thread.current?.focus(next.id));
    return true;
  };
  const onFocused = (run: (id: string, message: Message) => void) => () => {
    const id = focused();
    const message = id ? now.current.tree.get(id) : undefined;
    if (!id || !message) return false;
    run(id, message);
    return true;
  };
  const shortcuts: Shortcut[] = [
    { keys: '/', label: i18n.t('Write a message'), group, run: focusComposer },
    {
      keys: 'mod+shift+e',
      label: i18n.t('Answer again'),
      group,
      run: () => {
        const reply = lastOf('assistant');
        if (reply) actions.regenerate(reply.id);
      },
    },
    {
      keys: 'mod+shift+;',
      label: i18n.t('Copy the last answer'),
      group,
      run: () => {
        const reply = lastOf('assistant');
        if (reply) actions.copy(reply.id);
      },
    },
    {
      keys: 'mod+shift+k',
      label: i18n.t('Copy the last code'),
      group,
      run: () => {
        const code = lastCode(now.current.path);
        if (code) copyText(code);
      },
    },
    { keys: 'j', label: i18n.t('Next message'), group, run: step(1) },
    { keys: 'k', label: i18n.t('Previous message'), group, run: step(-1) },
    { keys: 'alt+left', label: i18n.t('Previous version'), group, run: sibling(-1) },
    { keys: 'alt+right', label: i18n.t('Next version'), group, run: sibling(1) },
    {
      keys: 'c',
      label: i18n.t('Copy'),
      group: onMessage,
      run: onFocused((id) => actions.copy(id)),
    },
    {
      keys: 'e',
      label: i18n.t('Edit'),
      group: onMessage,
      run: onFocused((id, { role }) => role === 'user' && actions.edit(id, true)),
    },
    {
      keys: 'r',
      label: i18n.t('Answer again'),
      group: onMessage,
      run: onFocused((id, { role }) => role === 'assistant' && actions.regenerate(id)),
    },
  ];
  useShortcuts(shortcuts);
  useShortcuts(
    [
      {
        keys: 'escape',
        label: i18n.t('Stop the answer'),
        group,
        run: () => {
          // The key closes the topmost layer first.
          if (!running || document.querySelector('[role=dialog], [role=menu]')) return false;
          stopTurn(running);
          return true;
        },
      },
    ],
    running !== undefined,
  );
}

/** The message that holds the focus. */
function focused(): string | undefined {
  return document.activeElement?.closest<HTMLElement>('[data-message]')?.dataset.message;
}

/** The last fenced code of the answers, without its fence. */
function lastCode(path: readonly Message[]): string | undefined {
  for (const message of path.toReversed()) {
    if (message.role !== 'assistant') continue;
    const found = [...plainText(message.parts).matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm)].at(
      -1,
    )?.[1];
    if (found) return found.replace(/\n$/, '');
  }
  return undefined;
}
