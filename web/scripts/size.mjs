// Weighs what a page needs before it can be used, and fails above the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { closure, dist } from './manifest.mjs';

const entry = 'index.html';
const mount = 'src/app/mount.tsx';
const chat = 'src/chat/ChatPage.tsx';
const thread = 'src/chat/ChatView.tsx';
const list = 'src/features/chatlist/ChatList.tsx';

const pages = [
  { name: 'home', limit: 130, modules: [entry, mount, chat, list] },
  {
    name: 'thread with plain markdown',
    limit: 175,
    modules: [entry, mount, chat, thread, list],
  },
  { name: 'sign-in', limit: 75, modules: [entry] },
];
const cssLimit = 20;

const weigh = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1000;
const sum = (files) => files.reduce((total, file) => total + weigh(file), 0);

let failed = false;
function report(name, size, limit) {
  failed ||= size > limit;
  const verdict = size > limit ? 'ABOVE' : 'within';
  console.log(`${name.padEnd(34)} ${size.toFixed(1).padStart(6)} kB gzip, ${verdict} ${limit} kB`);
}

for (const { name, limit, modules } of pages) {
  const files = closure(...modules);
  report(`script: ${name}`, sum(files.filter((file) => file.endsWith('.js'))), limit);
  report(`style: ${name}`, sum(files.filter((file) => file.endsWith('.css'))), cssLimit);
  if (process.argv.includes('--list')) {
    for (const file of files) console.log(`   ${weigh(file).toFixed(1).padStart(6)} ${file}`);
  }
}
if (failed) process.exitCode = 1;
