// Programs that a test starts: each in a process of its own, ended with the test file.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A running program and what it has said so far. */
export class Program {
  #child;
  #said = '';
  #listeners = new Set();
  #exited;

  constructor(command, args, options = {}) {
    this.command = command;
    // The pipe at its standard input breaks when this process dies.
    this.#child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    const take = (chunk) => {
      this.#said += chunk;
      for (const listen of this.#listeners) listen();
    };
    this.#child.stdout.setEncoding('utf8').on('data', take);
    this.#child.stderr.setEncoding('utf8').on('data', take);
    this.#exited = once(this.#child, 'exit').then(
      ([code, signal]) => {
        for (const listen of this.#listeners) listen(code ?? signal);
        return code ?? signal;
      },
      (error) => {
        for (const listen of this.#listeners) listen(error);
        return error;
      },
    );
  }

  /** All of its output. */
  get said() {
    return this.#said;
  }

  /** Waits until the output matches; fails when the program ends before. */
  async says(pattern) {
    return new Promise((resolve, reject) => {
      const look = (ended) => {
        const found = pattern.exec(this.#said);
        if (!found && ended === undefined) return;
        this.#listeners.delete(look);
        if (found) resolve(found);
        else
          reject(new Error(`${this.command} ended (${ended}) without ${pattern}:\n${this.#said}`));
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** Ends it, politely unless told otherwise, and waits until it is gone. */
  async end(signal = 'SIGTERM') {
    this.#child.kill(signal);
    return this.#exited;
  }
}

/** Runs a program to its end and returns what it printed. */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${out}${err}`);
  return out;
}
