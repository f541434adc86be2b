// What every browser test stands on: a server, a provider and a browser per test file, and for each
// test its own pages, closed after it. A test that fails leaves pictures of them in e2e/out.

import { mkdir, writeFile } from 'node:fs/promises';
import { after, before, test as nodeTest } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { desktop, launch } from './browser.mjs';
import { benchConfig, Provider } from './provider.mjs';
import { Server } from './server.mjs';

const out = fileURLToPath(new URL('../out', import.meta.url));

/** Longer than anything that works takes, even on a busy machine. */
const patience = 30_000;

/**
 * Declares the world of a test file.
 * models: the provider's model names; provider: its arguments; config: more of the server's
 * configuration; accounts: false leaves the server without anyone.
 */
export function openWorld({
  models = ['scripted'],
  provider: providerArgs = ['--default', 'tokens-40'],
  config = {},
  accounts = true,
  configured = true,
  browserArgs = [],
} = {}) {
  const world = new World();
  before(async () => {
    world.provider = await Provider.start([
      ...models.flatMap((model) => ['--model', model]),
      ...providerArgs,
    ]);
    const endpoints = configured ? benchConfig(world.provider, models) : {};
    world.server = await Server.start({ ...endpoints, ...config });
    if (accounts) world.me = await world.server.user('Ada Lovelace', { admin: true });
    world.browser = await launch(browserArgs);
  });
  after(async () => {
    await world.browser?.close();
    await world.server?.close();
    await world.provider?.close();
  });
  return world;
}

class World {
  /** @type {Server} */ server;
  /** @type {Provider} */ provider;
  /** @type {import('playwright-core').Browser} */ browser;
  /** The account that tests use unless they make another. */
  me;
  #contexts = [];
  #faults = [];
  #cookies = new Map();

  /** A test, after which its pages are closed; an uncaught error on one of them fails it. */
  test = (name, body) =>
    nodeTest(name, async (t) => {
      try {
        await body(t);
        if (this.#faults.length > 0) throw new Error(this.#faults.join('\n'));
      } catch (error) {
        await this.#capture(name);
        throw error;
      } finally {
        for (const context of this.#contexts.splice(0)) await context.close();
        this.#faults = [];
      }
    });

  /** A browser of its own, signed in as a user; null is nobody. */
  async device({ user = this.me, ...options } = {}) {
    const context = await this.browser.newContext({
      viewport: desktop,
      baseURL: this.server.url,
      locale: 'en-GB',
      ...options,
    });
    context.setDefaultTimeout(patience);
    this.#contexts.push(context);
    context.on('page', (page) => this.#watch(page));
    if (user) await this.#signIn(context, user, options.baseURL ?? this.server.url);
    return context;
  }

  /** A page of a new device. */
  async open(path = '/', options = {}) {
    const context = await this.device(options);
    const page = await context.newPage();
    await page.goto(path);
    return page;
  }

  async #signIn(context, { email, password }, origin) {
    const known = this.#cookies.get(email);
    if (known) {
      await context.addCookies(known);
      return;
    }
    const response = await context.request.post('/api/session', {
      data: { email, password, keep: true },
      headers: { origin },
    });
    if (!response.ok()) throw new Error(`sign in: ${response.status()} ${await response.text()}`);
    this.#cookies.set(email, await context.cookies());
  }

  /** Forgets the session of a user, which a test has ended. */
  forget({ email }) {
    this.#cookies.delete(email);
  }

  #watch(page) {
    page.on('pageerror', (error) => this.#faults.push(`uncaught on the page: ${error.stack}`));
    page.on('console', (message) => {
      if (!/Content Security Policy/.test(message.text())) return;
      // The drawing library writes what it is given into its own sandbox, where this is the defence.
      if (/\/assets\/mermaid\./.test(message.location().url)) return;
      this.#faults.push(message.text());
    });
  }

  async #capture(name) {
    await mkdir(out, { recursive: true });
    const base = `${out}/${name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}`;
    const pages = this.#contexts.flatMap((context) => context.pages());
    for (const [at, page] of pages.entries()) {
      await page.screenshot({ path: `${base}-${at}.png` }).catch(() => undefined);
    }
    await writeFile(`${base}.log`, this.server?.log ?? '');
  }
}

/** Waits until something holds, asking again and again. */
export async function until(holds, what) {
  const end = Date.now() + patience;
  let last;
  while (Date.now() < end) {
    try {
      last = await holds();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    await pause(50);
  }
  throw new Error(
    `${what} did not come about; the last look gave ${last?.stack ?? JSON.stringify(last)}`,
  );
}
