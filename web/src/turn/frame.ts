// The frames that build a message, and small questions about messages.

import type {
  CallStatus,
  Failure,
  Limit,
  Message,
  MessageStatus,
  Part,
  Usage,
} from '@/kit/api/types';

interface FrameData {
  delta: { part: number; type: 'text' | 'reasoning' | 'tool_call'; text: string };
  part: { part: number; value: Part };
  tool: { part: number; status: CallStatus };
  error: Failure;
  status: { status: 'running' | 'waiting' };
  snapshot: { message: Message; seq: number };
  usage: Usage;
  done: { status: Exclude<MessageStatus, 'running' | 'waiting'>; message?: string; limit?: Limit };
}

/** What a frame of this event carries. */
export type DataOf<E extends keyof FrameData> = FrameData[E];

/** One step of a turn. The seqs of a turn count up from 1. */
export type Frame = {
  [E in keyof FrameData]: { seq: number; event: E; data: FrameData[E] };
}[keyof FrameData];

/** Whether the turn behind a message of this status is still alive. */
export function isLive(status: MessageStatus): boolean {
  return status === 'running' || status === 'waiting';
}

/** The readable text of a message, as it is copied. */
export function plainText(parts: readonly Part[]): string {
  const texts: string[] = [];
  let flows = false;
  for (const { type, text } of parts) {
    if (type === 'text' && text) {
      texts.push(flows ? flowing(texts.pop() ?? '', text) : text);
      flows = true;
    } else if (type !== 'text' && type !== 'source' && !(type === 'reasoning' && !text)) {
      flows = false;
    }
  }
  return texts.join('\n\n');
}

/**
 * Two texts that stand side by side. A model that cites cuts its sentences where a source ends, one
 * that says several things begins a new paragraph.
 */
export function flowing(before: string, next: string): string {
  const ends = /(?:[.!?…:)"”*`|])$/.test(before);
  const begins = /^[^\s\p{P}\p{Ll}]|^[#*`>|-]/u.test(next);
  return ends && begins ? `${before}\n\n${next}` : before + next;
}
