// Lists what is built into the interface, with its licences, in dist/licences.txt. A package whose
// licence is not on the list fails the build.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dist } from './manifest.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const allowed =
  /^\(?(MIT|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|MPL-2\.0|OFL-1\.1|Unlicense|CC0-1\.0|Zlib|BlueOak-1\.0\.0|Python-2\.0)\b/;

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const found = [];
const refused = [];

for (const [path, { dev, devOptional, optional, version }] of Object.entries(packages)) {
  if (!path || dev || devOptional || (optional && !existsSync(join(root, path)))) continue;
  const folder = join(root, path);
  const info = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)([-.].*)?$/i.test(name));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : '';
  const named = info.license?.type ?? info.license ?? info.licenses?.[0]?.type;
  const licence = String(named ?? (/^The MIT License/.test(text) ? 'MIT' : ''));
  if (!allowed.test(licence)) refused.push(`${info.name} ${version}: ${licence || 'none named'}`);
  found.push({ title: `${info.name} ${version} (${licence})`, text });
}

if (refused.length) {
  console.error(`licences that are not allowed:\n${refused.join('\n')}`);
  process.exit(1);
}
found.sort((one, other) => one.title.localeCompare(other.title, 'en'));
const line = '-'.repeat(80);
const body = found.map(({ title, text }) => `${line}\n${title}\n${line}\n\n${text}\n`);
writeFileSync(
  new URL('licences.txt', dist),
  `What Parley's interface is built on\n\n${body.join('\n')}`,
);
console.log(`licences of ${found.length} packages`);
