import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { Message, Part } from '@/kit/api/types';
import { type ChatActions, ChatActionsContext } from '../actions';
import { Around, message, preparePage } from '../testing';
import { AssistantMessage } from './AssistantMessage';

beforeAll(preparePage);
afterEach(cleanup);

function show(...parts: Part[]) {
  showAnswer({ parts });
}

function showAnswer(about: Partial<Message>) {
  const answer = message({ id: 'a', role: 'assistant', ...about });
  render(
    <Around>
      <ChatActionsContext value={{} as ChatActions}>
        <AssistantMessage message={answer} stream={undefined} end />
      </ChatActionsContext>
    </Around>,
  );
}

it('shows a picture that the model made, with a way to keep it', () => {
  show({ type: 'image', media: { file: 'f1', mime: 'image/png', name: 'image.png', size: 2048 } });
  const picture = screen.getByRole('img', { name: 'Picture made by the model' });
  expect(picture.getAttribute('src')).toBe('/api/files/f1');
  const link = screen.getByRole('link', { name: /Download/ });
  expect(link.getAttribute('href')).toBe('/api/files/f1');
  expect(link.getAttribute('download')).toBe('image.png');
});

it('lists what a tool was asked, and has no place for a result without words', async () => {
  show(
    {
      type: 'tool_call',
      call: {
        id: 'c',
        name: 'file_search',
        arguments: '{"queries":["one","two"],"most":3}',
        status: 'done',
        remote: true,
      },
    },
    { type: 'tool_result', result: { callId: 'c', name: 'file_search', content: '' } },
  );
  await userEvent.click(screen.getByRole('button', { name: 'File search' }));
  expect(screen.getByRole('figure').textContent).toBe('Inputqueries: one\nqueries: two\nmost: 3');
});

it('plays a sound that the model made', () => {
  show({ type: 'audio', media: { file: 'f2', mime: 'audio/wav', name: 'audio.wav' } });
  const player = screen.getByLabelText('Sound made by the model');
  expect(player.tagName).toBe('AUDIO');
  expect(player.getAttribute('src')).toBe('/api/files/f2');
});

it('loads nothing from elsewhere: what a provider keeps is a link', () => {
  show({ type: 'image', media: { mime: 'image/png', url: 'https://provider.example/a.png' } });
  expect(screen.queryByRole('img')).toBeNull();
  const link = screen.getByRole('link', { name: 'File at the provider' });
  expect(link.getAttribute('href')).toBe('https://provider.example/a.png');
});

it('makes no link of an address that is not of the web', () => {
  show(
    { type: 'text', text: 'x' },
    { type: 'image', media: { mime: 'image/png', url: 'javascript:alert(1)' } },
    { type: 'source', source: { url: 'javascript:alert(1)', title: 'bad' } },
  );
  expect(screen.queryByRole('link')).toBeNull();
});

it('numbers the sources below the answer, each once', () => {
  const one = { url: 'https://one.example', title: 'One' };
  show(
    { type: 'text', text: 'x' },
    { type: 'source', source: one },
    { type: 'source', source: { url: 'https://two.example' } },
    { type: 'source', source: { ...one, quote: 'again' } },
  );
  const links = screen.getAllByRole('link').map(({ textContent }) => textContent);
  expect(links).toEqual(['1One', '2two.example']);
});

it('offers to carry on an answer that broke off, and not one that would be cut again', () => {
  const cutBy = (code: string): Partial<Message> => ({
    status: 'failed',
    parent: 'q',
    parts: [
      { type: 'text', text: 'Begun' },
      { type: 'error', failure: { code, message: 'x' } },
    ],
  });
  showAnswer(cutBy('provider_truncated'));
  screen.getByRole('button', { name: 'Continue' });
  cleanup();
  for (const code of ['provider_content_filtered', 'provider_context_too_long']) {
    showAnswer(cutBy(code));
    screen.getByText('What came before is kept.');
    expect(screen.queryByRole('button', { name: 'Continue' })).toBeNull();
    screen.getByRole('button', { name: 'Try with…' });
    cleanup();
  }
});
