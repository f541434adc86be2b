// Reads a test runner's report on standard input, prints what failed, and as
// the last line the counts: "PASSED FAILED SKIPPED". The argument names the
// runner: go (test -json) or vitest (json reporter).
import { createInterface } from 'node:readline';

const counts = { pass: 0, fail: 0, skip: 0 };
const failed = [];

/** go test -json: output is kept per test and printed for those that fail. */
async function go(lines) {
  const output = new Map();
  for await (const line of lines) {
    if (!line.startsWith('{')) {
      console.log(line);
      continue;
    }
    const event = JSON.parse(line);
    const key = `${event.Package ?? event.ImportPath} ${event.Test ?? ''}`;
    if (event.Action === 'output' || event.Action === 'build-output') {
      output.set(key, (output.get(key) ?? '') + event.Output);
    } else if (event.Action === 'build-fail') {
      console.log(output.get(key) ?? `${event.ImportPath} does not build`);
    } else if (event.Action in counts) {
      if (event.Test) counts[event.Action] += 1;
      else if (event.Action === 'fail') counts.fail += 1;
      if (event.Action === 'fail') {
        console.log(output.get(key) ?? key);
        failed.push(key);
      }
      if (event.Action === 'skip' && event.Test) console.log(`skipped: ${output.get(key) ?? key}`);
      output.delete(key);
    }
  }
}

async function vitest(lines) {
  let text = '';
  for await (const line of lines) text += `${line}\n`;
  const report = JSON.parse(text.slice(text.indexOf('{')));
  for (const file of report.testResults) {
    if (file.status === 'failed' && file.assertionResults.length === 0) {
      counts.fail += 1;
      console.log(`${file.name}: ${file.message}`);
      failed.push(file.name);
    }
    for (const test of file.assertionResults) {
      const kind = { passed: 'pass', failed: 'fail' }[test.status] ?? 'skip';
      counts[kind] += 1;
      if (kind !== 'fail') continue;
      console.log(`${file.name}: ${test.fullName}\n${test.failureMessages.join('\n')}`);
      failed.push(test.fullName);
    }
  }
}

const readers = { go, vitest };
await readers[process.argv[2]](createInterface({ input: process.stdin }));
for (const name of failed) console.log(`failed: ${name}`);
console.log(`${counts.pass} ${counts.fail} ${counts.skip}`);
