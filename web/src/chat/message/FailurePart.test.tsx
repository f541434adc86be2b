import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type ChatActions, ChatActionsContext } from '../actions';
import { Around, message, preparePage } from '../testing';
import { FailurePart } from './FailurePart';

beforeAll(preparePage);
afterEach(cleanup);

it('offers the models that may do better', async () => {
  const failure = { code: 'provider_network', message: 'x', alternatives: ['other/oracle'] };
  const regenerate = vi.fn();
  render(
    <Around>
      <ChatActionsContext value={{ regenerate } as unknown as ChatActions}>
        <FailurePart
          part={{ type: 'error', failure }}
          message={message({ id: 'a1', role: 'assistant' })}
          streaming={false}
        />
      </ChatActionsContext>
    </Around>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Try with oracle' }));
  expect(regenerate).toHaveBeenCalledWith('a1', 'other/oracle');
});

it('leads with other models where the same one cannot answer', () => {
  const failure = {
    code: 'provider_context_too_long',
    message: 'x',
    alternatives: ['other/oracle'],
  };
  render(
    <Around>
      <ChatActionsContext value={{} as unknown as ChatActions}>
        <FailurePart
          part={{ type: 'error', failure }}
          message={message({ id: 'a1', role: 'assistant' })}
          streaming={false}
        />
      </ChatActionsContext>
    </Around>,
  );
  const names = screen.getAllByRole('button').map((button) => button.textContent);
  expect(names[0]).toBe('Try with oracle');
  expect(names).not.toContain('Try again');
});

it('names the providers of models that have one name', () => {
  const failure = {
    code: 'provider_network',
    message: 'x',
    alternatives: ['other/oracle', 'third/oracle', 'other/seer'],
  };
  render(
    <Around>
      <ChatActionsContext value={{} as unknown as ChatActions}>
        <FailurePart
          part={{ type: 'error', failure }}
          message={message({ id: 'a1', role: 'assistant', model: 'first/oracle' })}
          streaming={false}
        />
      </ChatActionsContext>
    </Around>,
  );
  const names = screen.getAllByRole('button', { name: /^Try with \w/ });
  expect(names.map((button) => button.textContent)).toEqual([
    'Try with oracle (other)',
    'Try with oracle (third)',
    'Try with seer',
  ]);
});

it('leads to what may help, before another try', () => {
  const failure = {
    code: 'provider_content_filtered',
    message: 'x',
    alternatives: ['other/oracle'],
  };
  const edit = vi.fn();
  render(
    <Around>
      <ChatActionsContext value={{ edit } as unknown as ChatActions}>
        <FailurePart
          part={{ type: 'error', failure }}
          message={message({ id: 'a1', role: 'assistant', parent: 'q1' })}
          streaming={false}
        />
      </ChatActionsContext>
    </Around>,
  );
  const [first] = screen.getAllByRole('button');
  expect(first?.textContent).toBe('Edit the question');
  first?.click();
  expect(edit).toHaveBeenCalledWith('q1', true);
});

it('names a cause that no provider told, and does not put it in its mouth', () => {
  const failure = {
    code: 'provider_host_not_found',
    message: 'x',
    detail: 'the host was not found',
  };
  render(
    <Around>
      <ChatActionsContext value={{} as unknown as ChatActions}>
        <FailurePart
          part={{ type: 'error', failure }}
          message={message({ id: 'a1', role: 'assistant' })}
          streaming={false}
        />
      </ChatActionsContext>
    </Around>,
  );
  screen.getByText('The provider’s address does not exist.');
  screen.getByText('Details');
  expect(screen.queryByText('What the provider said')).toBeNull();
});

it('counts down to when it may be tried again, and tells only the end', () => {
  vi.useFakeTimers();
  try {
    const finishedAt = new Date().toISOString();
    const failure = { code: 'provider_rate_limited', message: 'x', retryAfter: 2 };
    render(
      <Around>
        <ChatActionsContext value={{} as unknown as ChatActions}>
          <FailurePart
            part={{ type: 'error', failure }}
            message={message({ id: 'a1', role: 'assistant', finishedAt })}
            streaming={false}
          />
        </ChatActionsContext>
      </Around>,
    );
    expect(screen.getByText('Try again in 2 seconds.').getAttribute('aria-live')).toBe('off');
    act(() => vi.advanceTimersByTime(1000));
    expect(screen.getByText('Try again in 1 second.').getAttribute('aria-live')).toBe('off');
    act(() => vi.advanceTimersByTime(1000));
    expect(screen.getByText('You can try again now.').getAttribute('aria-live')).toBe('polite');
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('has nobody wait in a chat of long ago', () => {
  const failure = { code: 'provider_rate_limited', message: 'x', retryAfter: 60 };
  const finishedAt = '2026-01-01T10:00:00Z';
  render(
    <Around>
      <ChatActionsContext value={{} as unknown as ChatActions}>
        <FailurePart
          part={{ type: 'error', failure }}
          message={message({ id: 'a1', role: 'assistant', finishedAt })}
          streaming={false}
        />
      </ChatActionsContext>
    </Around>,
  );
  screen.getByText('You can try again now.');
});
