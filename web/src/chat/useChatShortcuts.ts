import { type RefObject, useRef } from 'react';
import type { Message } from '@/kit/api/types';
import { type Shortcut, useShortcuts } from '@/kit/shortcuts';
import { plainText } from '@/turn/frame';
import type { ChatActions } from './actions';
import { focusComposer } from './composer/focus';
import { chatKeys } from './keys';
import type { ThreadHandle } from './thread/Thread';
import { copyText, stopTurn } from './useActions';
import type { Thread } from './useThread';

/** What the keyboard does in an open chat. */
export function useChatShortcuts(
  shown: Thread,
  actions: ChatActions,
  thread: RefObject<ThreadHandle | null>,
): void {
  const now = useRef(shown);
  now.current = shown;
  const keys = chatKeys();
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
    { ...keys.write, run: focusComposer },
    {
      ...keys.again,
      run: () => {
        const reply = lastOf('assistant');
        if (reply) actions.regenerate(reply.id);
      },
    },
    {
      ...keys.copyAnswer,
      run: () => {
        const reply = lastOf('assistant');
        if (reply) actions.copy(reply.id);
      },
    },
    {
      ...keys.copyCode,
      run: () => {
        const code = lastCode(now.current.path);
        if (code) copyText(code);
      },
    },
    { ...keys.next, run: step(1) },
    { ...keys.previous, run: step(-1) },
    { ...keys.previousVersion, run: sibling(-1) },
    { ...keys.nextVersion, run: sibling(1) },
    { ...keys.copy, run: onFocused((id) => actions.copy(id)) },
    {
      ...keys.edit,
      run: onFocused((id, { role }) => role === 'user' && actions.edit(id, true)),
    },
    {
      ...keys.regenerate,
      run: onFocused((id, { role }) => role === 'assistant' && actions.regenerate(id)),
    },
  ];
  useShortcuts(shortcuts);
  useShortcuts(
    [
      {
        ...keys.stop,
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
