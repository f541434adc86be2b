import { describe, expect, it } from 'vitest';
import type { ConfigKey } from '@/kit/api/types';
import { differences, grouped } from './filter';

function key(path: string, more: Partial<ConfigKey> = {}): ConfigKey {
  return {
    path,
    section: path.split('.')[0] ?? '',
    doc: '',
    form: 'a text',
    value: '',
    default: '',
    secret: false,
    set: false,
    source: 'default',
    pinned: false,
    restart: false,
    effect: true,
    ...more,
  };
}

const keys = [
  key('auth.registration', { doc: 'Strangers may make accounts.', set: true }),
  key('auth.sessionDays'),
  key('server.listen', { value: ':3080', set: true }),
  key('server.logLevel', { variable: 'PARLEY_LOG_LEVEL' }),
];

const paths = (words: string, show: 'set' | 'all') =>
  grouped(keys, words, show).map((group) => [group.section, ...group.keys.map((k) => k.path)]);

describe('keys', () => {
  it('are grouped by section', () => {
    expect(paths('', 'all')).toEqual([
      ['auth', 'auth.registration', 'auth.sessionDays'],
      ['server', 'server.listen', 'server.logLevel'],
    ]);
  });
  it('can be those that somebody set', () => {
    expect(paths('', 'set')).toEqual([
      ['auth', 'auth.registration'],
      ['server', 'server.listen'],
    ]);
  });
  it('are found by path, sentence, value and variable, set or not', () => {
    expect(paths('sessiond', 'set')).toEqual([['auth', 'auth.sessionDays']]);
    expect(paths('accounts STRANGERS', 'all')).toEqual([['auth', 'auth.registration']]);
    expect(paths('3080', 'all')).toEqual([['server', 'server.listen']]);
    expect(paths('parley_log', 'all')).toEqual([['server', 'server.logLevel']]);
    expect(paths('nothing', 'all')).toEqual([]);
  });
});

describe('differences', () => {
  it('show values as people write them', () => {
    expect(differences('7', 'true')).toEqual([{ path: '', before: '7', after: 'true' }]);
    expect(differences('"de"', '""')).toEqual([{ path: '', before: 'de', after: '""' }]);
    expect(differences(undefined, '"de"')).toEqual([{ path: '', before: undefined, after: 'de' }]);
    expect(differences('7', '7')).toEqual([]);
  });
  it('name the fields that are others, however deep', () => {
    const before = '{"label":"House","params":{"temperature":1,"stop":["a"]},"group":"Team"}';
    const after = '{"label":"Villa","params":{"temperature":1,"stop":["a","b"]}}';
    expect(differences(before, after)).toEqual([
      { path: 'label', before: 'House', after: 'Villa' },
      { path: 'params.stop', before: '["a"]', after: '["a","b"]' },
      { path: 'group', before: 'Team', after: undefined },
    ]);
  });
  it('say all of what is new, or gone', () => {
    expect(differences(undefined, '{"label":"House","params":{"topP":1}}')).toEqual([
      { path: '', before: undefined, after: 'label: House, params: topP: 1' },
    ]);
  });
});
