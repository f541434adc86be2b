import type { KeyboardEvent } from 'react';
import type { SendKey } from '@/kit/api/types';
import { type Insertion, insideFence, newLine } from './lines';

/** What a key does in the composer; null leaves it to the browser. */
export type KeyAction = 'send' | 'up' | 'leave' | Insertion | null;

/**
 * Enter sends and Shift+Enter makes a line, or Ctrl+Enter sends and Enter makes a line. Inside a code
 * fence Enter always makes a line. Ctrl+Enter always sends. A key that an input method is using is
 * never ours.
 */
export function keyAction(event: KeyboardEvent<HTMLTextAreaElement>, sendKey: SendKey): KeyAction {
  // 229: Safari ends a composition before the Enter that confirmed it.
  if (event.nativeEvent.isComposing || event.keyCode === 229) return null;
  const mod = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case 'Escape':
      return 'leave';
    case 'ArrowUp':
      return mod || event.shiftKey || event.altKey ? null : 'up';
    case 'Enter':
      break;
    default:
      return null;
  }
  const { value, selectionStart, selectionEnd } = event.currentTarget;
  if (mod) return 'send';
  const sends = sendKey === 'enter' && !event.shiftKey && !event.altKey;
  if (sends && !insideFence(value, selectionStart)) return 'send';
  return newLine(value, selectionStart, selectionEnd);
}
