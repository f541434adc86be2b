import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { bindings } from './bindings';
import { type Shortcut, useKeyboardMap, useShortcuts } from './shortcuts';

function Scope({ shortcuts }: { shortcuts: Shortcut[] }) {
  useShortcuts(shortcuts);
  return <input aria-label="text" />;
}

function Sheet() {
  return (
    <p>
      {useKeyboardMap()
        .map(({ keys }) => keys)
        .join(' ')}
    </p>
  );
}

function shortcut(keys: string, run: Shortcut['run']): Shortcut {
  return { keys, label: keys, group: 'test', run };
}

afterEach(() => {
  delete document.documentElement.dataset.singleKeys;
  bindings.set({});
});

test('a combination works everywhere, a single key not while typing', async () => {
  const user = userEvent.setup();
  const [single, combined] = [vi.fn(), vi.fn()];
  render(<Scope shortcuts={[shortcut('/', single), shortcut('mod+shift+o', combined)]} />);
  await user.keyboard('/');
  expect(single).toHaveBeenCalledOnce();
  screen.getByRole('textbox').focus();
  await user.keyboard('/');
  expect(single).toHaveBeenCalledOnce();
  await user.keyboard('{Control>}{Shift>}O{/Shift}{/Control}');
  expect(combined).toHaveBeenCalledOnce();
});

test('single keys can be turned off', async () => {
  const user = userEvent.setup();
  const run = vi.fn();
  render(<Scope shortcuts={[shortcut('?', run)]} />);
  document.documentElement.dataset.singleKeys = 'off';
  await user.keyboard('?');
  expect(run).not.toHaveBeenCalled();
});

test('a sequence needs its first key', async () => {
  const user = userEvent.setup();
  const run = vi.fn();
  render(<Scope shortcuts={[shortcut('g s', run)]} />);
  await user.keyboard('s');
  expect(run).not.toHaveBeenCalled();
  await user.keyboard('gs');
  expect(run).toHaveBeenCalledOnce();
  await user.keyboard('s');
  expect(run).toHaveBeenCalledOnce();
});

test('the inner scope has the key, and gives it back when it goes', async () => {
  const user = userEvent.setup();
  const [outer, inner] = [vi.fn(), vi.fn()];
  render(<Scope shortcuts={[shortcut('escape', outer)]} />);
  const { unmount } = render(<Scope shortcuts={[shortcut('escape', inner)]} />);
  await user.keyboard('{Escape}');
  unmount();
  await user.keyboard('{Escape}');
  expect([outer, inner].map((run) => run.mock.calls.length)).toEqual([1, 1]);
});

test('a shortcut that declines leaves the key to the browser', async () => {
  const seen: boolean[] = [];
  const note = (event: KeyboardEvent) => seen.push(event.defaultPrevented);
  render(<Scope shortcuts={[shortcut('x', () => false), shortcut('y', () => undefined)]} />);
  window.addEventListener('keydown', note);
  await userEvent.keyboard('xy');
  window.removeEventListener('keydown', note);
  expect(seen).toEqual([false, true]);
});

test('other keys can be chosen, or none', async () => {
  const user = userEvent.setup();
  const [moved, off] = [vi.fn(), vi.fn()];
  render(<Scope shortcuts={[shortcut('j', moved), shortcut('k', off)]} />);
  render(<Sheet />);
  act(() => bindings.set({ j: 'n', k: '' }));
  await user.keyboard('jk');
  expect([moved, off].map((run) => run.mock.calls.length)).toEqual([0, 0]);
  await user.keyboard('n');
  expect(moved).toHaveBeenCalledOnce();
  screen.getByText(/^n\s*$/);
});

test('the map lists what is registered now', () => {
  const { unmount } = render(<Scope shortcuts={[shortcut('j', () => undefined)]} />);
  render(<Sheet />);
  screen.getByText('j');
  unmount();
});
