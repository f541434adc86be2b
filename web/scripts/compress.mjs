// Writes a Brotli and a gzip file beside every asset that shrinks, so that the server compresses
// nothing while it runs. index.html is left out: the server fills in the boot data.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { dist } from './manifest.mjs';

const root = fileURLToPath(dist);
const shrinks = /\.(js|mjs|css|svg|json|txt|wasm)$/;
const [brotli, zip] = [promisify(brotliCompress), promisify(gzip)];

const files = readdirSync(root, { recursive: true })
  .map((name) => join(root, name))
  .filter((path) => shrinks.test(path) && !path.includes('/.vite/') && statSync(path).size > 512);

let [before, after] = [0, 0];
await Promise.all(
  files.map(async (path) => {
    const content = readFileSync(path);
    const [br, gz] = await Promise.all([
      brotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
      zip(content, { level: 9 }),
    ]);
    writeFileSync(`${path}.br`, br);
    writeFileSync(`${path}.gz`, gz);
    before += content.length;
    after += br.length;
  }),
);
const kB = (bytes) => `${Math.round(bytes / 1000)} kB`;
console.log(`compressed ${files.length} files: ${kB(before)} to ${kB(after)} by Brotli`);
