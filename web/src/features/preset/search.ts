import type { Preset } from '@/kit/api/types';

export interface PresetGroup {
  /** Empty for those without one. */
  label: string;
  /** They belong to others, who share them. */
  shared: boolean;
  items: Preset[];
}

/** The presets that hold every word of the query, best first within each group. */
export function searchPresets(presets: readonly Preset[], query: string): PresetGroup[] {
  const groups = new Map<string, PresetGroup>();
  for (const preset of presets) {
    if (!holds(`${preset.name} ${preset.group} ${preset.description}`, query)) continue;
    const shared = preset.right !== 'owner';
    const label = shared ? '' : preset.group;
    const key = `${shared} ${label}`;
    const group = groups.get(key) ?? { label, shared, items: [] };
    group.items.push(preset);
    groups.set(key, group);
  }
  // Own ones without a group first, those of others last.
  const rank = ({ label, shared }: PresetGroup) => (shared ? 2 : label ? 1 : 0);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b));
}

/** Whether a text holds every word of a query, whatever the case and the accents. */
export function holds(text: string, query: string): boolean {
  const known = plain(text);
  return plain(query)
    .split(/\s+/)
    .every((word) => known.includes(word));
}

/** Those that begin with the query before those that only hold it; at most so many. */
export function best<T>(
  items: readonly T[],
  query: string,
  nameOf: (item: T) => string,
  most: number,
): T[] {
  const start = plain(query.trim());
  const found = items.filter((item) => holds(nameOf(item), query));
  const first = found.filter((item) => plain(nameOf(item)).startsWith(start));
  return [...first, ...found.filter((item) => !first.includes(item))].slice(0, most);
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
