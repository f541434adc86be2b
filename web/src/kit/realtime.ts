// The live connection: what happens in a chat or to a user, as it happens. A thin wrapper over
// centrifuge, which is fetched when the first channel is wanted and the page is idle. WebSocket first;
// where a proxy blocks it, HTTP streaming, then server-sent events.

import type { Centrifuge, Subscription } from 'centrifuge';
import { createStore, type Store } from './store';

/** 'idle' before the first channel; 'offline' while there is no connection after having had one. */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'offline';

const state = createStore<ConnectionState>('idle');

/** The state of the connection, for a bar that says so. */
export const connection: Pick<Store<ConnectionState>, 'get' | 'subscribe'> = state;

interface Listener {
  onPublication: (data: unknown) => void;
  onSubscribed?: (again: boolean) => void;
}

interface Channel {
  listeners: Set<Listener>;
  subscription: Subscription | null;
}

const channels = new Map<string, Channel>();
let client: Promise<Centrifuge> | null = null;
let generation = 0;

/**
 * Watches a channel. onSubscribed is called when the channel is live: what was read before may be out of
 * date by now. It is told whether that is again, after a break that the server's history may not cover.
 * The result ends the watching.
 */
export function subscribe<T = unknown>(
  channel: string,
  onPublication: (data: T) => void,
  onSubscribed?: (again: boolean) => void,
): () => void {
  const listener: Listener = {
    onPublication: onPublication as Listener['onPublication'],
    onSubscribed,
  };
  const entry = channels.get(channel) ?? { listeners: new Set<Listener>(), subscription: null };
  entry.listeners.add(listener);
  if (!channels.has(channel)) {
    channels.set(channel, entry);
    void open(channel, entry);
  }
  return () => {
    entry.listeners.delete(listener);
    if (entry.listeners.size > 0 || channels.get(channel) !== entry) return;
    channels.delete(channel);
    const { subscription } = entry;
    if (subscription) void client?.then((made) => made.removeSubscription(subscription));
  };
}

/** Ends the connection and all subscriptions, as at sign-out. */
export function disconnect(): void {
  generation++;
  void client?.then((made) => made.disconnect());
  client = null;
  channels.clear();
  state.set('idle');
}

async function open(channel: string, entry: Channel): Promise<void> {
  client ??= connect(generation);
  const made = await client;
  if (channels.get(channel) !== entry) return;
  const subscription = made.newSubscription(channel);
  entry.subscription = subscription;
  subscription.on('publication', ({ data }) => {
    for (const listener of entry.listeners) listener.onPublication(data);
  });
  let before = false;
  subscription.on('subscribed', () => {
    const again = before;
    before = true;
    for (const listener of entry.listeners) listener.onSubscribed?.(again);
  });
  subscription.subscribe();
}

async function connect(mine: number): Promise<Centrifuge> {
  state.set('connecting');
  await idle();
  const { Centrifuge: Client } = await import('centrifuge');
  const http = `${location.origin}/api/realtime`;
  const made = new Client(
    [
      { transport: 'websocket', endpoint: `${http.replace(/^http/, 'ws')}/ws` },
      { transport: 'http_stream', endpoint: `${http}/http_stream` },
      { transport: 'sse', endpoint: `${http}/sse` },
    ],
    { emulationEndpoint: `${http}/emulation`, data: { protocol: 1 }, maxReconnectDelay: 10_000 },
  );
  let connected = false;
  const report = (next: ConnectionState) => mine === generation && state.set(next);
  made.on('connected', () => {
    connected = true;
    report('connected');
  });
  made.on('connecting', () => report(connected ? 'offline' : 'connecting'));
  made.on('disconnected', () => report('offline'));
  if (mine === generation) made.connect();
  return made;
}

/** The first paint comes before the live connection. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 1500 });
    else setTimeout(resolve, 200);
  });
}
