// The real parley binary, with a data folder of its own.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program, run } from './process.mjs';

const binary =
  process.env.PARLEY_E2E_BINARY ?? fileURLToPath(new URL('../../../bin/parley', import.meta.url));

/** What a machine may have set for a real installation stays out of the tests. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !name.startsWith('PARLEY_') && !/_API_KEY$/.test(name),
  ),
);

export const password = 'long-enough for tests';

/** A server that can be stopped, killed and started again at the same address. */
export class Server {
  #folder;
  #program = null;
  #log = '';
  url = '';
  /** The link of the first start, while nobody has an account. */
  setupLink = '';

  /** Starts a server with this configuration, written as JSON, which YAML includes. */
  static async start(config = {}) {
    const server = new Server();
    server.#folder = await mkdtemp(join(tmpdir(), 'parley-e2e-'));
    await writeFile(join(server.#folder, 'parley.yaml'), JSON.stringify(config));
    await server.resume();
    return server;
  }

  /** Starts it again with the data it had, where it was before. */
  async resume() {
    const listen = this.url ? new URL(this.url).host : '127.0.0.1:0';
    this.#program = new Program(binary, [...this.#flags(), 'serve', '--listen', listen], {
      cwd: this.#folder,
      env: environment,
    });
    const [, url] = await this.#program.says(/ready at (\S+)\n/);
    this.url = url;
    const link = /Set it up at\s+(\S+)\n/;
    this.setupLink = link.exec(this.#program.said)?.[1] ?? '';
  }

  /** Waits for the link of the first start. */
  async linkPrinted() {
    const [, link] = await this.#program.says(/Set it up at\s+(\S+)\n/);
    return link;
  }

  /** Makes an account and returns what signs in. */
  async user(name, { admin = false } = {}) {
    const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.org`;
    const args = ['user', 'create', '--email', email, '--name', name, '--password', password];
    await run(binary, [...this.#flags(), ...args, ...(admin ? ['--admin'] : [])], {
      cwd: this.#folder,
      env: environment,
    });
    return { email, password };
  }

  /** Makes an API key for someone. */
  async key(email) {
    const said = await run(binary, [...this.#flags(), 'key', 'create', '--user', email], {
      cwd: this.#folder,
      env: environment,
    });
    return said.trim();
  }

  /** Ends the process: SIGTERM lets it finish its work, SIGKILL does not. */
  async stop(signal = 'SIGTERM') {
    const program = this.#program;
    if (!program) return;
    this.#program = null;
    await program.end(signal);
    this.#log += program.said;
  }

  async close() {
    await this.stop('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** What it has logged since the first start. */
  get log() {
    return this.#log + (this.#program?.said ?? '');
  }

  /** The file with its configuration. */
  get configFile() {
    return join(this.#folder, 'parley.yaml');
  }

  #flags() {
    return ['--data', join(this.#folder, 'data'), '--config', this.configFile];
  }
}
