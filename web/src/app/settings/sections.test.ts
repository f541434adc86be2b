import { describe, expect, it } from 'vitest';
import { findSections, sections } from './sections';

const found = (query: string) => findSections(sections, query).map(({ id }) => id);

describe('the sections of the settings', () => {
  it('are all there while nothing is searched', () => {
    expect(found(' ')).toHaveLength(sections.length);
  });
  it('are found by their title, and by what they hold', () => {
    expect(found('SECUR')).toEqual(['security']);
    expect(found('dark')).toEqual(['appearance']);
    expect(found('password')).toEqual(['security', 'people']);
    expect(found('delete account')).toEqual(['profile']);
    expect(found('nothing like that')).toEqual([]);
  });
});
