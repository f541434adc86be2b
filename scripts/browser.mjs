// Runs the browser tests of the files named, or all of them, two files at a time. A file in which a
// test failed is run once more by itself, on a machine that is then idle: what passes then is named as
// unsteady, and passes. The last line is "PASSED FAILED SKIPPED".

import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from 'node:test';

const here = join(import.meta.dirname, '../web/e2e');
const named = process.argv.slice(2).map((name) => resolve(name));
const all = () => readdirSync(here).filter((name) => name.endsWith('.test.mjs')).sort();
const files = named.length > 0 ? named : all().map((name) => join(here, name));

/** The outcome of each test of a file: {name, skipped, error}. */
async function outcomes(file) {
  const tests = [];
  for await (const { type, data } of run({ files: [file], concurrency: 1 })) {
    if (type === 'test:diagnostic' && !/^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /.test(data.message))
      console.log(`  ${data.message}`);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const { name, skip, details } = data;
    const error = type === 'test:fail' ? (details.error?.cause ?? details.error) : undefined;
    tests.push({ name, skipped: skip !== undefined, error });
    console.log(`${error ? 'FAILED' : 'ok'} ${name} (${(details.duration_ms / 1000).toFixed(1)} s)`);
    if (error) console.log(error.stack ?? error);
  }
  if (tests.length === 0) tests.push({ name: file, error: new Error('no tests') });
  return tests;
}

const found = new Map();
const waiting = [...files];
async function work() {
  for (let file = waiting.shift(); file; file = waiting.shift()) found.set(file, await outcomes(file));
}
await Promise.all([work(), work()]);

for (const [file, tests] of found) {
  const before = tests.filter(({ error }) => error).map(({ name }) => name);
  if (before.length === 0) continue;
  console.log(`== once more: ${file}`);
  const again = await outcomes(file);
  // A test that is gone, because its file did not get that far, has failed for good.
  const missing = tests.filter(({ name }) => !again.some((test) => test.name === name));
  found.set(file, [...again, ...missing]);
  for (const { name, error } of again) if (!error && before.includes(name)) console.log(`unsteady: ${name}`);
}

const tests = [...found.values()].flat();
for (const { name, error } of tests) if (error) console.log(`failed: ${name}`);
const failed = tests.filter(({ error }) => error).length;
const skipped = tests.filter(({ error, skipped }) => skipped && !error).length;
console.log(`${tests.length - failed - skipped} ${failed} ${skipped}`);
process.exitCode = failed > 0 ? 1 : 0;
