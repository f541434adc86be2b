// Runs the browser tests of the files named, or all of them, two files at a time. What fails is run
// once more by itself, on a machine that is then idle: what passes then is named as unsteady, and
// passes. The last line is "PASSED FAILED SKIPPED".

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';

const named = process.argv.slice(2);
const here = join(import.meta.dirname, '../web/e2e');
const all = () => readdirSync(here).filter((name) => name.endsWith('.test.mjs'));
const files =
  named.length > 0
    ? named
    : all()
        .sort()
        .map((name) => join(here, name));

/** The outcome of each test of the files: {name, file, seconds, skipped, error}. */
async function outcomes(files, concurrency) {
  const tests = [];
  for await (const { type, data } of run({ files, concurrency })) {
    if (type === 'test:diagnostic' && data.nesting === 0) console.log(`  ${data.message}`);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const { name, file, skip, details } = data;
    const error = type === 'test:fail' ? (details.error?.cause ?? details.error) : undefined;
    const seconds = details.duration_ms / 1000;
    tests.push({ name, file, seconds, skipped: skip !== undefined, error });
    console.log(`${error ? 'FAILED' : 'ok'} ${name} (${seconds.toFixed(1)} s)`);
    if (error) console.log(error.stack ?? error);
  }
  return tests;
}

let tests = await outcomes(files, 2);
const broken = new Set(tests.filter(({ error }) => error).map(({ file }) => file));
if (broken.size > 0) {
  console.log('== once more, by themselves');
  const before = new Set(tests.filter(({ error }) => error).map(({ name }) => name));
  tests = tests.filter(({ file }) => !broken.has(file));
  for (const file of broken) tests.push(...(await outcomes([file], 1)));
  for (const { name, error } of tests) {
    if (!error && before.has(name)) console.log(`unsteady: ${name}`);
  }
}
for (const { name, error } of tests) if (error) console.log(`failed: ${name}`);
const failed = tests.filter(({ error }) => error).length;
const skipped = tests.filter(({ skipped }) => skipped).length;
console.log(`${tests.length - failed - skipped} ${failed} ${skipped}`);
process.exitCode = failed > 0 ? 1 : 0;
