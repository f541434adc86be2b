// What the chat's tests stand on: a server that is seen where fetch and the live connection reach it.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { vi } from 'vitest';
import { ModelPicker } from '@/features/model/ModelPicker';
import type { Chat, Message, Models } from '@/kit/api/types';
import { openDrafts } from '@/kit/draft';
import { session } from '@/session/session';
import { type Slots, SlotsContext } from './slots';

const slots: Slots = { ModelPicker };

/** A request as the server sees it. */
export interface Seen {
  method: string;
  path: string;
  body: Record<string, unknown>;
  key: string | null;
}

type Answer = Response | object | null;
type Handler = (seen: Seen) => Answer | Promise<Answer>;

/** Answers fetch by "METHOD /path"; a path ends anywhere after what is given. Newest rule first. */
export class FakeServer {
  seen: Seen[] = [];
  #rules: [rule: string, handler: Handler][] = [];

  constructor() {
    vi.stubGlobal('fetch', (url: string, init?: RequestInit) => this.#take(url, init));
    this.on('GET /api/models', () => models);
    this.on('GET /api/tools', () => ({ items: [] }));
    this.on('PATCH /api/me/settings', () => ({}));
  }

  on(rule: string, handler: Handler): this {
    this.#rules.unshift([rule, handler]);
    return this;
  }

  /** The requests that a rule fits. */
  asked(rule: string): Seen[] {
    return this.seen.filter(({ method, path }) => `${method} ${path}`.startsWith(rule));
  }

  async #take(url: string, init: RequestInit = {}): Promise<Response> {
    const { method = 'GET' } = init;
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : {};
    const key = new Headers(init.headers).get('idempotency-key');
    const seen = { method, path: url, body, key };
    this.seen.push(seen);
    const rule = this.#rules.find(([prefix]) => `${method} ${url}`.startsWith(prefix));
    if (!rule) throw new TypeError(`nobody answers ${method} ${url}`);
    const answer = await rule[1](seen);
    return answer instanceof Response ? answer : Response.json(answer);
  }
}

/** A refusal as the server words it. */
export function problem(status: number, code: string): Response {
  return Response.json({ status, code, detail: code }, { status });
}

const plain = { maxOutput: 0, prices: null, tools: true, reasoning: false, local: false };

export const models: Models = {
  default: 'acme/seer',
  items: [
    {
      name: 'acme',
      label: 'Acme',
      icon: 'acme',
      models: [
        { id: 'acme/seer', name: 'seer', label: 'Seer', context: 8000, vision: true, ...plain },
        { id: 'acme/mole', name: 'mole', label: 'Mole', context: 8000, vision: false, ...plain },
      ],
    },
  ],
};

export function message(fields: Partial<Message> & { id: string }, text = ''): Message {
  return {
    parent: null,
    role: 'user',
    status: 'complete',
    parts: text ? [{ type: 'text', text }] : [],
    createdAt: '2026-01-01T10:00:00Z',
    ...fields,
  };
}

export function chatOf(id: string, leaf: string | null): Chat {
  return {
    id,
    title: 'Tides',
    titleSource: 'model',
    updatedAt: '2026-01-01T10:00:00Z',
    createdAt: '2026-01-01T10:00:00Z',
    running: false,
    outcome: '',
    unread: false,
    model: 'acme/seer',
    leaf,
    options: {},
    path: [],
  };
}

/** What the app puts around the chat, with somebody signed in. */
export function Around({ client, children }: { client?: QueryClient; children: ReactNode }) {
  return (
    <QueryClientProvider client={client ?? new QueryClient()}>
      <SlotsContext value={slots}>{children}</SlotsContext>
    </QueryClientProvider>
  );
}

/** Signs somebody in and gives the page what jsdom lacks. */
export function preparePage(): void {
  const user = {
    id: 'u',
    email: 'ada@example.org',
    name: 'Ada',
    role: 'user' as const,
    createdAt: '2026-01-01T10:00:00Z',
  };
  session.set((now) => ({ ...now, user, boot: { ...now.boot, user } }));
  openDrafts(user.id);
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
  Element.prototype.scrollIntoView = () => undefined;
  Element.prototype.setPointerCapture = () => undefined;
}
