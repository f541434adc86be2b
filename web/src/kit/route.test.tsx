import { fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { match, navigate } from './address';
import { Link, useParams, usePath } from './route';

beforeEach(() => history.replaceState(null, '', '/'));

test.each([
  ['/', '/', {}],
  ['/c/:chat', '/c/42', { chat: '42' }],
  ['/c/:chat', '/c/42/', { chat: '42' }],
  ['/c/:chat', '/c/a%20b', { chat: 'a b' }],
  ['/c/:chat', '/c/100%', { chat: '100%' }],
  ['/c/:chat', '/c', null],
  ['/c/:chat', '/d/42', null],
  ['/', '/c', null],
])('%s and %s give %o', (pattern, path, params) => {
  expect(match(pattern, path)).toEqual(params);
});

function Where() {
  return (
    <p>
      {usePath()} {useParams('/c/:chat').chat}
    </p>
  );
}

test('a link goes without loading the page, and says where it is', () => {
  render(
    <>
      <Link to="/c/42">Chat</Link>
      <Where />
    </>,
  );
  const link = screen.getByRole('link');
  expect(link.getAttribute('aria-current')).toBeNull();
  expect(fireEvent.click(link)).toBe(false);
  screen.getByText('/c/42 42');
  expect(link.getAttribute('aria-current')).toBe('page');
});

test('a click for another tab is the browser’s', () => {
  render(<Link to="/c/42">Chat</Link>);
  expect(fireEvent.click(screen.getByRole('link'), { ctrlKey: true })).toBe(true);
  expect(location.pathname).toBe('/');
});

test('the same address makes no second entry in the history', () => {
  navigate('/c/1');
  const before = history.length;
  navigate('/c/1');
  expect(history.length).toBe(before);
});
