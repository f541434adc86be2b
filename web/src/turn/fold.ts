import type { Limit, MessageStatus, Part, Usage } from '@/kit/api/types';
import type { DataOf, Frame } from './frame';

/**
 * What the frames of a turn add up to. The Go side folds the same frames by the
 * same rules; testdata/turns holds both to it.
 */
export interface Folded {
  status: MessageStatus;
  parts: readonly Part[];
  /** The last seq that was taken in; 0 before the first. */
  seq: number;
  usage?: Usage;
  limit?: Limit;
}

/** The state of a turn before its first frame. */
export const unfolded: Folded = { status: 'running', parts: [], seq: 0 };

/**
 * Takes one frame in. Pure, and idempotent by seq: a frame that is not newer
 * than the state changes nothing. Only a snapshot may lead back to a smaller
 * seq, since it replaces all that is known (the journal lost its last moments).
 */
export function fold(state: Folded, frame: Frame): Folded {
  if (frame.event === 'snapshot') return fromSnapshot(frame.data);
  if (frame.seq <= state.seq) return state;
  return { ...state, ...change(state, frame), seq: frame.seq };
}

/** Takes frames in, in their order. */
export function foldAll(frames: Iterable<Frame>, from: Folded = unfolded): Folded {
  let state = from;
  for (const frame of frames) state = fold(state, frame);
  return state;
}

function change(state: Folded, frame: Frame): Partial<Folded> {
  switch (frame.event) {
    case 'delta':
      return { parts: withDelta(state.parts, frame.data) };
    case 'part':
      return { parts: withPart(state.parts, frame.data.part, frame.data.value) };
    case 'tool':
      return { parts: withStatus(state.parts, frame.data) };
    case 'error':
      return { parts: [...state.parts, { type: 'error', failure: frame.data }] };
    case 'status':
      return { status: frame.data.status };
    case 'usage':
      return { usage: frame.data };
    case 'done':
      return {
        status: frame.data.status,
        ...(frame.data.limit ? { limit: frame.data.limit } : {}),
      };
    default:
      return {}; // an event of a newer server
  }
}

function fromSnapshot({ message, seq }: DataOf<'snapshot'>): Folded {
  return {
    status: message.status,
    parts: message.parts,
    seq,
    ...(message.usage ? { usage: message.usage } : {}),
    ...(message.limit ? { limit: message.limit } : {}),
  };
}

function withDelta(parts: readonly Part[], delta: DataOf<'delta'>): readonly Part[] {
  const known = parts[delta.part];
  if (!known) return withPart(parts, delta.part, opened(delta));
  if (known.call) {
    const call = { ...known.call, arguments: known.call.arguments + delta.text };
    return withPart(parts, delta.part, { ...known, call });
  }
  return withPart(parts, delta.part, { ...known, text: (known.text ?? '') + delta.text });
}

function opened({ type, text }: DataOf<'delta'>): Part {
  if (type === 'tool_call')
    return { type, call: { id: '', name: '', arguments: text, status: 'pending' } };
  return { type, text };
}

function withPart(parts: readonly Part[], index: number, value: Part): readonly Part[] {
  if (index > parts.length) return parts; // a hole cannot be shown
  const next = parts.slice();
  next[index] = value;
  return next;
}

function withStatus(parts: readonly Part[], { part, status }: DataOf<'tool'>): readonly Part[] {
  const known = parts[part];
  if (!known?.call) return parts;
  return withPart(parts, part, { ...known, call: { ...known.call, status } });
}
