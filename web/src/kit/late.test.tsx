import { act, render, screen } from '@testing-library/react';
import { Suspense, useState } from 'react';
import { expect, test, vi } from 'vitest';
import { late } from './late';

function Counter() {
  const [count, setCount] = useState(0);
  return (
    <button type="button" onClick={() => setCount(count + 1)}>
      {count}
    </button>
  );
}

test('what is loaded renders without a fallback', async () => {
  const Late = late(async () => Counter);
  await Late.load();
  render(
    <Suspense fallback="waiting">
      <Late />
    </Suspense>,
  );
  expect(screen.queryByText('waiting')).toBeNull();
  screen.getByRole('button');
});

test('what is not loaded waits, and keeps its state afterwards', async () => {
  const Late = late(async () => Counter);
  const tree = (
    <Suspense fallback="waiting">
      <Late />
    </Suspense>
  );
  const { rerender } = render(tree);
  const button = await screen.findByRole('button');
  act(() => button.click());
  rerender(tree);
  expect(screen.getByRole('button').textContent).toBe('1');
});

test('code that could not be fetched is fetched again', async () => {
  const fetch = vi.fn().mockRejectedValueOnce(new Error('offline')).mockResolvedValueOnce(Counter);
  const Late = late(fetch);
  await expect(Late.load()).rejects.toThrow('offline');
  await Late.load();
  expect(fetch).toHaveBeenCalledTimes(2);
});
