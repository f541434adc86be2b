import { expect, test } from 'vitest';
import { passwordStrength } from './passwordStrength';

test.each([
  ['', 0],
  ['short', 1],
  ['aaaaaaaaaaaaaaaa', 1],
  ['password123', 1],
  ['abcdefghijkl', 1],
  ['Tr0ub4dor', 3],
  ['vnqkrwtxh', 2],
  ['correct horse battery', 4],
  ['8#kQz!p2Lw@9', 4],
])('"%s" is %i', (password, strength) => {
  expect(passwordStrength(password)).toBe(strength);
});
