import type { Params, Preset } from '@/kit/api/types';
import { createStore } from '@/kit/store';

/** The preset that the next chat begins with: null is none, undefined nothing chosen yet. */
export const nextPreset = createStore<Preset | null | undefined>(undefined);

/** What the preset in force sets, where the user has set nothing. */
export const presetParams = createStore<Params>({});

/** How many tokens the instructions of the preset in force are likely to be. */
export const presetTokens = createStore(0);

/** What the chats that began on this page were set up with, until the server says so. */
export const begunWith = new Map<string, Preset>();

/** Hands the preset of the next chat to the chat that begins now; returns its id. */
export function carryPreset(chat: string): string | undefined {
  const preset = nextPreset.get();
  nextPreset.set(undefined);
  if (preset) begunWith.set(chat, preset);
  return preset?.id;
}
