import { expect, test } from 'vitest';
import { freeName, nameOfAddress, namesIn } from './kinds';

test('a free name counts on from those in use, whatever their case', () => {
  expect(freeName('groq', [])).toBe('groq');
  expect(freeName('groq', ['Groq'])).toBe('groq-2');
  expect(freeName('groq', ['groq', 'groq-2'])).toBe('groq-3');
  expect(freeName('My Server', [])).toBe('my-server');
});

test.each([
  ['https://api.together.xyz/v1', 'together'],
  ['http://localhost:8000/v1', 'local'],
  ['http://10.0.0.5:1234', 'local'],
  ['http://[::1]:1234', 'local'],
  ['not an address', 'custom'],
])('%s is called %s', (address, name) => {
  expect(nameOfAddress(address)).toBe(name);
});

test('names stand on lines of their own or between commas', () => {
  expect(namesIn(' a\nb/c, d:e\n\n,')).toEqual(['a', 'b/c', 'd:e']);
});
