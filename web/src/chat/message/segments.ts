// A message's parts as they are shown: what the model did on the way folds into steps, the rest stands
// in the text.

import type { Part, Source, ToolCall, ToolResult } from '@/kit/api/types';
import { flowing } from '@/turn/frame';

export type Step =
  | { kind: 'reasoning'; text: string }
  | { kind: 'call'; call: ToolCall; result?: ToolResult };

export type Segment =
  | { kind: 'activity'; key: string; steps: Step[]; last: boolean }
  | { kind: 'part'; key: string; part: Part; last: boolean };

export interface Shown {
  segments: Segment[];
  /** Calls that wait for the user's word. */
  waiting: ToolCall[];
  sources: Source[];
}

/** Sorts parts into what is shown, in their order. */
export function segmentsOf(parts: readonly Part[]): Shown {
  const shown: Shown = { segments: [], waiting: [], sources: [] };
  const joined = joinResults(parts);
  for (const [at, part] of parts.entries()) {
    const key = String(at);
    const step = stepOf(part, joined);
    if (part.call?.status === 'waiting') shown.waiting.push(part.call);
    if (step) addStep(shown.segments, key, step);
    else if (part.source) addSource(shown.sources, part.source);
    else if (hasContent(part)) addPart(shown.segments, key, part);
  }
  const last = shown.segments.at(-1);
  if (last) last.last = true;
  return shown;
}

interface Joined {
  results: Map<string, ToolResult>;
  calls: Set<string>;
}

function joinResults(parts: readonly Part[]): Joined {
  const joined: Joined = { results: new Map(), calls: new Set() };
  for (const { call, result } of parts) {
    if (call) joined.calls.add(call.id);
    if (result) joined.results.set(result.callId, result);
  }
  return joined;
}

function stepOf({ type, text, call, result }: Part, joined: Joined): Step | null {
  if (type === 'reasoning') return text ? { kind: 'reasoning', text } : null;
  if (call) return { kind: 'call', call, result: joined.results.get(call.id) };
  if (result && !joined.calls.has(result.callId)) return orphan(result);
  return null;
}

/** One source is one number, however often it is cited. */
function addSource(sources: Source[], source: Source): void {
  if (!source.url || !sources.some(({ url }) => url === source.url)) sources.push(source);
}

function addStep(segments: Segment[], key: string, step: Step): void {
  const before = segments.at(-1);
  if (before?.kind === 'activity') before.steps.push(step);
  else segments.push({ kind: 'activity', key, steps: [step], last: false });
}

/** A text goes on where the one before it ended, with nothing to see between them. */
function addPart(segments: Segment[], key: string, part: Part): void {
  const before = segments.at(-1);
  if (part.type === 'text' && before?.kind === 'part' && before.part.type === 'text') {
    before.part = { ...before.part, text: flowing(before.part.text ?? '', part.text ?? '') };
    return;
  }
  segments.push({ kind: 'part', key, part, last: false });
}

/** Whether a part that is no step has something to show. */
function hasContent({ type, text }: Part): boolean {
  if (type === 'reasoning' || type === 'tool_call' || type === 'tool_result') return false;
  return type !== 'text' || Boolean(text);
}

/** A result whose call is not there still shows what was done. */
function orphan(result: ToolResult): Step {
  const { callId, name, isError } = result;
  return {
    kind: 'call',
    call: { id: callId, name, arguments: '', status: isError ? 'failed' : 'done' },
    result,
  };
}
