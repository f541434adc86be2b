// Lists what is built into the interface, with its licences, in dist/licences.txt. A package whose
// licence is not on the list fails the build.
import { writeFileSync } from 'node:fs';
import { dist } from './manifest.mjs';
import { shipped } from './packages.mjs';

const allowed =
  /^\(?(MIT|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|MPL-2\.0|OFL-1\.1|Unlicense|CC0-1\.0|Zlib|BlueOak-1\.0\.0|Python-2\.0)\b/;

const found = shipped();
const refused = found.filter(({ licence }) => !allowed.test(licence));
if (refused.length) {
  const lines = refused.map((one) => `${one.name} ${one.version}: ${one.licence || 'none named'}`);
  console.error(`licences that are not allowed:\n${lines.join('\n')}`);
  process.exit(1);
}
const line = '-'.repeat(80);
const body = found.map(
  ({ name, version, licence, text }) =>
    `${line}\n${name} ${version} (${licence})\n${line}\n\n${text}\n`,
);
writeFileSync(
  new URL('licences.txt', dist),
  `What Parley's interface is built on\n\n${body.join('\n')}`,
);
console.log(`licences of ${found.length} packages`);
