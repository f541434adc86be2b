import { createContext, useContext } from 'react';
import type { Decision } from '@/kit/api/types';
import type { Draft } from './composer/Composer';

/** What can be done in a chat. The object stays the same, so that no message renders because of it. */
export interface ChatActions {
  readonly chat: string;
  /** Answers the same question again; another answer beside this one. */
  regenerate: (reply: string, model?: string) => void;
  /** Carries a cut-off answer on. */
  carryOn: (reply: string) => void;
  /** Sends a message anew, beside its earlier version. */
  resend: (message: string, draft: Draft) => void;
  /** Opens or leaves the editing of a message. */
  edit: (message: string, on: boolean) => void;
  /** Shows another of the alternatives. */
  select: (message: string) => void;
  remove: (message: string, branch: boolean) => void;
  copy: (message: string) => void;
  approve: (turn: string, call: string, decision: Decision) => Promise<void>;
  /** Tries again what did not reach the server, or takes it back into the composer. */
  retry: (message: string) => void;
  takeBack: (message: string) => void;
  /** Shows the earlier version of a message beside this one. */
  showEarlier: (message: string) => void;
}

export const ChatActionsContext = createContext<ChatActions | null>(null);

export function useChatActions(): ChatActions {
  const actions = useContext(ChatActionsContext);
  if (!actions) throw new Error('useChatActions outside a chat');
  return actions;
}
