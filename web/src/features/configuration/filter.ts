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

/** A value of a change, before and after; a part of it by its path, '' for all of it. */
export interface Difference {
  path: string;
  before: string | undefined;
  after: string | undefined;
}

/** What is another value after a change: of things with fields, the fields that differ. */
export function differences(before: string | undefined, after: string | undefined): Difference[] {
  return compare('', parse(before), parse(after));
}

function compare(path: string, before: unknown, after: unknown): Difference[] {
  if (isFields(before) && isFields(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      compare(path ? `${path}.${name}` : name, before[name], after[name]),
    );
  }
  const [was, is] = [plain(before), plain(after)];
  return was === is ? [] : [{ path, before: was, after: is }];
}

type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as people read it: texts without quotes; undefined where nothing was set. */
function plain(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value || '""';
  if (isFields(value)) {
    return Object.entries(value)
      .map(([name, part]) => `${name}: ${plain(part)}`)
      .join(', ');
  }
  return JSON.stringify(value);
}

function parse(json: string | undefined): unknown {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
