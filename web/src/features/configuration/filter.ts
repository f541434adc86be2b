import type { ConfigKey } from '@/kit/api/types';

/** Which keys are shown: those that somebody gave a value, or all. */
export type Show = 'set' | 'all';

export interface KeyGroup {
  section: string;
  keys: ConfigKey[];
}

/** The keys that hold all the words, wherever, by section. */
export function grouped(keys: readonly ConfigKey[], words: string, show: Show): KeyGroup[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const groups: KeyGroup[] = [];
  for (const key of keys) {
    if (show === 'set' && !key.set && wanted.length === 0) continue;
    const text = `${key.path} ${key.doc} ${key.value} ${key.variable ?? ''}`.toLowerCase();
    if (!wanted.every((word) => text.includes(word))) continue;
    const last = groups.at(-1);
    if (last?.section === key.section) last.keys.push(key);
    else groups.push({ section: key.section, keys: [key] });
  }
  return groups;
}

/** A setting's JSON as people read it: texts without quotes; undefined where nothing was set. */
export function plainValue(json: string | undefined): string | undefined {
  if (json === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value || '""' : json;
  } catch {
    return json;
  }
}
