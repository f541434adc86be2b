import { expect, it } from 'vitest';
import type { Preset } from '@/kit/api/types';
import { best, searchPresets } from './search';

function preset(name: string, fields: Partial<Preset> = {}): Preset {
  return {
    id: name,
    name,
    description: '',
    icon: '',
    group: '',
    model: 'up/plain',
    tokens: 0,
    owner: { id: 'me', name: 'Me' },
    right: 'owner',
    shared: false,
    revision: 1,
    createdAt: '',
    updatedAt: '',
    ...fields,
  };
}

const all = [
  preset('Poet', { group: 'Fun' }),
  preset('Short'),
  preset('Theirs', { right: 'view', group: 'Their own' }),
  preset('Résumé', { group: 'Work', description: 'For applications' }),
  preset('Pirate', { group: 'Fun' }),
];

function outline(query: string): string[] {
  return searchPresets(all, query).map(
    ({ label, shared, items }) => `${shared ? 'shared' : label}: ${items.map(({ name }) => name)}`,
  );
}

it('stands them under their groups, those without first and those of others last', () => {
  expect(outline('')).toEqual([': Short', 'Fun: Poet,Pirate', 'Work: Résumé', 'shared: Theirs']);
});

it('finds every word in name, group and description', () => {
  expect(outline('resume')).toEqual(['Work: Résumé']);
  expect(outline('FUN pi')).toEqual(['Fun: Pirate']);
  expect(outline('applications')).toEqual(['Work: Résumé']);
  expect(outline('nothing')).toEqual([]);
});

it('prefers what begins with the query', () => {
  const names = ['Deep ocean', 'Ocean', 'Other'];
  expect(best(names, 'oce', String, 5)).toEqual(['Ocean', 'Deep ocean']);
  expect(best(names, '', String, 2)).toEqual(['Deep ocean', 'Ocean']);
});
