// A network between browser and server that can be cut.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Passes bytes on until it is cut: then every connection breaks and none is made. */
export class Network {
  #server;
  #sockets = new Set();
  #target;
  url = '';

  static async before(server) {
    const network = new Network();
    network.#target = new URL(server.url);
    await network.mend();
    return network;
  }

  async cut() {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async mend() {
    this.#server = createServer((inner) => {
      const outer = connect(Number(this.#target.port), this.#target.hostname);
      for (const socket of [inner, outer]) {
        socket.unref();
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.#sockets.delete(socket);
          inner.destroy();
          outer.destroy();
        });
      }
      inner.pipe(outer).pipe(inner);
    });
    this.#server.listen(this.url ? Number(new URL(this.url).port) : 0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#server.unref();
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
  }
}
