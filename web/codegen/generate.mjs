// Writes ../src/kit/api/schema.d.ts, the types of the API, from the description of the API. With
// --check it writes nothing and fails if that file is out of date.

import { readFile, writeFile } from 'node:fs/promises';
import openapi, { astToString } from 'openapi-typescript';

const source = new URL('../../api/openapi.json', import.meta.url);
const target = new URL('../src/kit/api/schema.d.ts', import.meta.url);

const header = '// Generated from api/openapi.json by `make gen`; not to be edited.\n\n';
const wanted = header + astToString(await openapi(source, { alphabetize: true }));

if (!process.argv.includes('--check')) {
  await writeFile(target, wanted);
} else if ((await readFile(target, 'utf8').catch(() => '')) !== wanted) {
  console.error('gen: web/src/kit/api/schema.d.ts is out of date: run make gen');
  process.exitCode = 1;
}
