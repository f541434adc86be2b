import { QueryClient } from '@tanstack/react-query';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message, Usage } from '@/kit/api/types';
import type { Frame } from '@/turn/frame';
import { ChatPage, ChatView } from './ChatPage';
import { Around, chatOf, FakeServer, message, preparePage, problem, type Seen } from './testing';

/** The live connection, as the server would use it. */
const live = vi.hoisted(() => {
  const listeners = new Map<string, Set<(event: unknown) => void>>();
  return {
    publish(channel: string, event: unknown) {
      for (const listener of listeners.get(channel) ?? []) listener(event);
    },
    subscribe(channel: string, listener: (event: unknown) => void) {
      const all = listeners.get(channel) ?? new Set();
      listeners.set(channel, all.add(listener));
      return () => all.delete(listener);
    },
    connection: { get: () => 'connected', subscribe: () => () => undefined },
    disconnect: () => undefined,
  };
});
vi.mock('@/kit/realtime', () => live);

const question = message({ id: 'u1' }, 'Why are there tides?');
const answer = message(
  { id: 'a1', parent: 'u1', role: 'assistant', model: 'acme/seer' },
  'Because of the moon.',
);

let server: FakeServer;
// Its code comes late; how late is not what is tested here.
beforeAll(async () => {
  await ChatView.load();
});

beforeEach(() => {
  preparePage();
  server = new FakeServer();
});
afterEach(() => vi.unstubAllGlobals());

let chats = 0;

/** Opens a chat of its own that holds these messages. */
async function open(messages: Message[], leaf: string | null = messages.at(-1)?.id ?? null) {
  const id = `chat-${++chats}`;
  server.on(`GET /api/chats/${id}`, () => chatOf(id, leaf));
  server.on(`GET /api/chats/${id}/messages`, () => ({ items: messages, next: null }));
  server.on(`PATCH /api/chats/${id}`, ({ body }) => chatOf(id, String(body.leaf)));
  const client = new QueryClient();
  render(
    <Around client={client}>
      <ChatPage chatId={id} />
    </Around>,
  );
  const area = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Your message' });
  if (messages.length > 0) await screen.findAllByRole('article');
  return { id, area, user: userEvent.setup() };
}

/** Accepts turns under the ids that it says. */
function accept(chat: string, reply: string, turn = `turn-${reply}`) {
  server.on(`POST /api/chats/${chat}/turns`, ({ body }: Seen) => ({
    turn,
    chat,
    messages: { user: body.id ?? null, reply },
  }));
  server.on(`GET /api/turns/${turn}/events`, () => new Response(new ReadableStream()));
  const send = (...frames: Frame[]) =>
    act(async () => {
      for (const frame of frames) {
        live.publish(`chat:${chat}`, { type: 'frame', turn, message: reply, ...frame });
      }
    });
  return { turn, send };
}

function texts(): string[] {
  return screen.getAllByRole('article').map((row) => row.textContent ?? '');
}

const said = (seq: number, text: string): Frame => ({
  seq,
  event: 'delta',
  data: { part: 0, type: 'text', text },
});
const done = (seq: number): Frame => ({
  seq,
  event: 'done',
  data: { status: 'complete', message: 'x' },
});

describe('a message on its way', () => {
  it('is shown at once, accepted, delivered, and answered', async () => {
    const { id, area, user } = await open([question, answer]);
    let release: () => void = () => undefined;
    const { turn, send } = accept(id, 'a2');
    server.on(`POST /api/chats/${id}/turns`, async ({ body }) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return { turn, chat: id, messages: { user: body.id, reply: 'a2' } };
    });
    await user.type(area, 'And twice a day?{Enter}');
    expect(await screen.findByText('Sending')).toBeTruthy();
    await act(async () => release());
    expect(await screen.findByText('Accepted')).toBeTruthy();
    await send(said(1, 'The earth '), said(2, 'turns.'));
    expect(await screen.findByText('The earth turns.')).toBeTruthy();
    expect(screen.getByText('Delivered')).toBeTruthy();
    await send(done(3));
    await waitFor(() => expect(screen.queryByText('Delivered')).toBeNull());
    expect(server.asked(`POST /api/chats/${id}/turns`)[0]?.body).toMatchObject({
      text: 'And twice a day?',
      model: 'acme/seer',
      parent: 'a1',
    });
  });

  it('that failed is tried again under the same key', async () => {
    const { id, area, user } = await open([question, answer]);
    server.on(`POST /api/chats/${id}/turns`, () => problem(409, 'turn_running'));
    await user.type(area, 'Again{Enter}');
    expect((await screen.findByRole('alert')).textContent).toContain('still being written');
    accept(id, 'a2');
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Accepted')).toBeTruthy();
    const [first, second] = server.asked(`POST /api/chats/${id}/turns`);
    expect(first?.key).toBeTruthy();
    expect(second?.key).toBe(first?.key);
    expect(second?.body).toEqual(first?.body);
  });

  it('that failed can be taken back into the composer', async () => {
    const { id, area, user } = await open([question, answer]);
    server.on(`POST /api/chats/${id}/turns`, () => problem(422, 'message_empty'));
    await user.type(area, 'Back to me{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Take back' }));
    expect(screen.getByRole<HTMLTextAreaElement>('textbox').value).toBe('Back to me');
    expect(texts()).toHaveLength(2);
  });

  it('waits for the connection without being lost', async () => {
    const { id, area, user } = await open([question, answer]);
    server.on(`POST /api/chats/${id}/turns`, () => {
      throw new TypeError('Failed to fetch');
    });
    await user.type(area, 'From a tunnel{Enter}');
    expect(await screen.findByText(/Waits for the connection/)).toBeTruthy();
    expect(JSON.stringify(localStorage)).toContain('From a tunnel');
    accept(id, 'a2');
    await act(async () => window.dispatchEvent(new Event('online')));
    expect(await screen.findByText('Accepted')).toBeTruthy();
    expect(JSON.stringify(localStorage)).not.toContain('From a tunnel');
    const keys = server.asked(`POST /api/chats/${id}/turns`).map(({ key }) => key);
    expect(new Set(keys).size).toBe(1);
  });
});

describe('another device', () => {
  it('starts a turn: it is shown here, from its beginning', async () => {
    const { id } = await open([question, answer]);
    const second = message({ id: 'u2', parent: 'a1' }, 'Asked on the phone');
    const reply = message({
      id: 'a2',
      parent: 'u2',
      role: 'assistant',
      status: 'running',
      turn: 'turn-a2',
    });
    const { send } = accept(id, 'a2');
    server.on(`GET /api/chats/${id}/messages`, () => ({
      items: [question, answer, second, reply],
      next: null,
    }));
    server.on(`GET /api/chats/${id}`, ({ path }) =>
      path.endsWith('messages')
        ? { items: [question, answer, second, reply], next: null }
        : chatOf(id, 'a2'),
    );
    await act(async () =>
      live.publish(`chat:${id}`, {
        type: 'turn',
        turn: 'turn-a2',
        message: 'a2',
        user: 'u2',
        status: 'accepted',
      }),
    );
    await send(said(1, 'Seen '), said(2, 'everywhere.'));
    expect(await screen.findByText('Asked on the phone')).toBeTruthy();
    expect(await screen.findByText('Seen everywhere.')).toBeTruthy();
  });

  it('switches the branch', async () => {
    const other = message({ id: 'a1b', parent: 'u1', role: 'assistant' }, 'Another answer.');
    const { id } = await open([question, answer, other], 'a1');
    expect(screen.getByText('Because of the moon.')).toBeTruthy();
    await act(async () => live.publish(`chat:${id}`, { type: 'path', leaf: 'a1b' }));
    expect(await screen.findByText('Another answer.')).toBeTruthy();
    expect(screen.queryByText('Because of the moon.')).toBeNull();
  });
});

describe('alternatives', () => {
  const other = message({ id: 'a1b', parent: 'u1', role: 'assistant' }, 'Another answer.');
  const below = message({ id: 'u2', parent: 'a1' }, 'Below the first');

  it('are switched with what follows them, and the server is told', async () => {
    const { id, user } = await open([question, answer, below, other], 'a1b');
    const row = screen.getByRole('group', { name: 'Versions' });
    expect(row.textContent).toBe('2/2');
    await user.click(within(row).getByRole('button', { name: 'Previous version' }));
    expect(screen.getByText('Below the first')).toBeTruthy();
    expect(server.asked(`PATCH /api/chats/${id}`)[0]?.body).toEqual({ leaf: 'a1' });
  });

  it('are made by editing, which opens with what was asked and is kept until sent', async () => {
    const { id, user } = await open([question, answer]);
    accept(id, 'a2');
    await user.click(screen.getByRole('button', { name: 'Edit' }));
    const edit = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
    expect(edit.value).toBe('Why are there tides?');
    await user.clear(edit);
    await user.type(edit, 'Why are there waves?{Enter}');
    expect(await screen.findByText('Why are there waves?')).toBeTruthy();
    expect(server.asked(`POST /api/chats/${id}/turns`)[0]?.body).toMatchObject({
      text: 'Why are there waves?',
      edits: 'u1',
    });
  });

  it('that were edited say so, question and answer, and show what was before', async () => {
    const again = message({ id: 'u1b', edits: 'u1' }, 'Why are there waves?');
    const reply = message({ id: 'a2', parent: 'u1b', role: 'assistant' }, 'Because of the wind.');
    const { user } = await open([question, answer, again, reply]);
    const marks = screen.getAllByRole('button', { name: 'edited' });
    expect(marks).toHaveLength(2);
    await user.click(marks[1] as HTMLElement);
    const dialog = await screen.findByRole('dialog', { name: 'Earlier version' });
    expect(dialog.textContent).toContain('Because of the moon.');
    expect(dialog.textContent).toContain('Because of the wind.');
  });

  it('are made by asking again', async () => {
    const { id, user } = await open([question, answer]);
    accept(id, 'a2');
    await user.click(screen.getByRole('button', { name: 'Answer again' }));
    await waitFor(() => expect(screen.queryByText('Because of the moon.')).toBeNull());
    expect(server.asked(`POST /api/chats/${id}/turns`)[0]?.body).toEqual({
      text: '',
      model: 'acme/seer',
      regenerate: 'a1',
    });
  });
});

describe('an answer', () => {
  it('that has come to its end is not fetched again', async () => {
    const { id, area, user } = await open([question, answer]);
    const { turn, send } = accept(id, 'a2');
    await user.type(area, 'More?{Enter}');
    await screen.findByText('Accepted');
    const before = server.asked(`GET /api/chats/${id}`).length;
    const usage = { input: 20, output: 3, millis: 1500, estimated: false } as Usage;
    await send(said(1, 'A little.'), { seq: 2, event: 'usage', data: usage }, done(3));
    await act(async () => {
      const event = { type: 'turn', turn, message: 'a2', user: null, status: 'complete' };
      live.publish(`chat:${id}`, event);
    });
    expect(await screen.findByText('23 tokens')).toBeTruthy();
    expect(server.asked(`GET /api/chats/${id}`)).toHaveLength(before);
  });

  it('that was cut off can be continued', async () => {
    const { id, user } = await open([question, { ...answer, limit: 'length' }]);
    accept(id, 'a2');
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    await waitFor(() => expect(texts()).toHaveLength(3));
    expect(server.asked(`POST /api/chats/${id}/turns`)[0]?.body).toMatchObject({ continue: 'a1' });
  });

  it('that failed says why and what to do, and keeps what came', async () => {
    const failed: Message = {
      ...answer,
      status: 'failed',
      parts: [
        { type: 'text', text: 'It began' },
        { type: 'error', failure: { code: 'provider_auth', message: 'x', detail: 'bad key' } },
      ],
    };
    await open([question, failed]);
    expect(screen.getByText('It began')).toBeTruthy();
    const alert = screen.getByRole('alert');
    expect(alert.textContent).toContain('refused this server’s key');
    expect(alert.textContent).toContain('bad key');
    expect(within(alert).getByRole('button', { name: 'Try again' })).toBeTruthy();
  });

  it('asks before a tool runs, and tells the server the word', async () => {
    const call = {
      id: 'c',
      name: 'fetch_page',
      arguments: '{"url":"x"}',
      status: 'waiting',
    } as const;
    const waiting = {
      ...answer,
      status: 'waiting',
      turn: 'turn-w',
      seq: 3,
      parts: [{ type: 'tool_call', call }],
    } as Message;
    server.on('GET /api/turns/turn-w/events', () => new Response(new ReadableStream()));
    server.on('POST /api/turns/turn-w/approvals', () => ({}));
    const { user } = await open([question, waiting]);
    const card = screen.getByRole('region', { name: 'Allow “Fetch page”?' });
    expect(card.textContent).toContain('url: x');
    await user.click(within(card).getByRole('button', { name: 'Always allow' }));
    expect(server.asked('POST /api/turns/turn-w/approvals')[0]?.body).toEqual({
      call: 'c',
      decision: 'always',
    });
  });

  it('is told of to who listens, but not read out in pieces', async () => {
    const { id, area, user } = await open([question, answer]);
    const { send } = accept(id, 'a2');
    await user.type(area, 'More{Enter}');
    await waitFor(() => expect(statuses()).toContain('Answering'));
    await send(said(1, 'One two three.'), done(2));
    await waitFor(() => expect(statuses()).toContain('Answer complete, 3 words'));
  });
});

describe('deleting', () => {
  it('takes a message away at once and can be undone', async () => {
    const { id, user } = await open([question, answer]);
    server.on(`DELETE /api/chats/${id}/messages/a1`, () => new Response(null, { status: 204 }));
    server.on(`GET /api/chats/${id}/messages`, () => ({ items: [question], next: null }));
    server.on(`POST /api/chats/${id}/messages/a1/restore`, () => {
      server.on(`GET /api/chats/${id}/messages`, () => ({ items: [question, answer], next: null }));
      return { items: [question, answer] };
    });
    await user.click(screen.getAllByRole('button', { name: 'More' }).at(-1) as HTMLElement);
    await user.click(await screen.findByRole('menuitem', { name: 'Delete message' }));
    expect(texts()).toHaveLength(1);
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('Because of the moon.')).toBeTruthy();
  });
});

describe('a chat', () => {
  it('that is not there says so', async () => {
    server.on('GET /api/chats/nowhere', () => problem(404, 'not_found'));
    render(
      <Around>
        <ChatPage chatId="nowhere" />
      </Around>,
    );
    expect(await screen.findByText(/does not exist/)).toBeTruthy();
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  it('without messages says so, and one can be written', async () => {
    const { area } = await open([]);
    expect(await screen.findByText('This chat has no messages.')).toBeTruthy();
    expect(area).toBeTruthy();
  });

  it('begins on the empty page with ids of our own', async () => {
    server.on('GET /api/chats?', () => ({ items: [], next: null }));
    server.on('POST /api/chats/', ({ path, body }) => ({
      turn: 'turn-new',
      chat: path.split('/')[3],
      messages: { user: body.id, reply: 'a-new' },
    }));
    render(
      <Around>
        <ChatPage chatId={null} />
      </Around>,
    );
    const user = userEvent.setup();
    await waitFor(() => expect(screen.getByText('Seer')).toBeTruthy());
    await user.type(screen.getByRole('textbox'), 'First words{Enter}');
    const [begun] = server.asked('POST /api/chats/');
    const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;
    expect(begun?.path).toMatch(uuid);
    expect(begun?.body.id).toMatch(uuid);
    expect(begun?.body).not.toHaveProperty('parent');
    expect(location.pathname).toBe(begun?.path.replace('/api/chats', '/c').replace('/turns', ''));
  });
});

function statuses(): string {
  return screen
    .getAllByRole('status')
    .map((one) => one.textContent)
    .join(' ');
}
