// The scripted model provider: bench/ runs it, internal/llm/llmtest/upstream describes its scripts.

import { mkdir, rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Program, run } from './process.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A model provider that answers by a script: the model's name, or `script:...` in the question. */
export class Provider {
  #program;
  url = '';

  static async start(args = []) {
    const provider = new Provider();
    provider.#program = new Program(await build(), [
      'upstream',
      '--listen',
      '127.0.0.1:0',
      ...args,
    ]);
    [provider.url] = await provider.#program.says(/^http:\S+/);
    return provider;
  }

  /** Lets every `hold` of a script pass from now on. */
  async release() {
    await this.#control('POST', 'release');
  }

  /** Makes `hold` hold again and forgets the calls. */
  async reset() {
    await this.#control('POST', 'reset');
  }

  /** The requests that came, oldest first. */
  async calls() {
    const response = await this.#control('GET', 'calls');
    const { calls } = await response.json();
    return calls ?? [];
  }

  async close() {
    await this.#program.end();
  }

  async #control(method, what) {
    const response = await fetch(`${this.url}/control/${what}`, { method });
    if (!response.ok) throw new Error(`${what}: ${response.status} ${await response.text()}`);
    return response;
  }
}

let built;

/** Builds it, once for all providers of a test file. */
function build() {
  built ??= buildOnce();
  return built;
}

/** Builds it under a name of this process' own first: test files run side by side. */
async function buildOnce() {
  const target = `${root}/tmp/bench`;
  const own = `${target}.${process.pid}`;
  await mkdir(`${root}/tmp`, { recursive: true });
  await run('go', ['build', '-trimpath', '-o', own, './bench'], {
    cwd: root,
    env: { ...process.env, CGO_ENABLED: '0' },
  });
  await rename(own, target);
  return target;
}

/** The configuration that makes the provider's models this server's own. */
export function benchConfig(provider, models) {
  return {
    endpoints: {
      custom: [
        {
          name: 'Bench',
          apiKey: 'none',
          baseURL: `${provider.url}/v1`,
          models: { default: models },
          titleConvo: false,
        },
      ],
    },
  };
}
