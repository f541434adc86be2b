// Writes THIRD_PARTY_NOTICES.md: what of others is in the binary, and under which terms. Texts that differ
// only in who holds the copyright are printed once. With --check it writes nothing and fails if the file
// is out of date.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shipped } from '../web/scripts/packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'THIRD_PARTY_NOTICES.md');

const kinds = [
  ['Apache-2.0', /Apache License\s+Version 2\.0/],
  ['MPL-2.0', /Mozilla Public License,? (v\. |version )?2\.0/i],
  ['OFL-1.1', /SIL OPEN FONT LICENSE Version 1\.1/i],
  ['BSD-3-Clause', /Redistribution and use[\s\S]*(Neither the name|names? of[\s\S]{0,80}contributors|may not be used to endorse)/],
  ['BSD-2-Clause', /Redistribution and use in source and binary forms/],
  ['ISC', /Permission to use, copy, modify,? and(\/or)? distribute/],
  ['MIT', /Permission is hereby granted, free of charge/],
  ['Public domain', /public domain|author disclaims copyright|Unlicense/i],
];

function kindOf(text) {
  return kinds.find(([, form]) => form.test(text))?.[0] ?? '';
}

const read = (folder, name) => readFileSync(join(folder, name), 'utf8').trim();
const isLicence = (name) => /^(licen[cs]e|copying|unlicense)([-.].*)?$/i.test(name) && !/LOGO/.test(name);

/** The Go modules whose code is in the binary, and Go itself. */
function modules() {
  const format = '{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}';
  const options = { cwd: root, encoding: 'utf8', env: { ...process.env, CGO_ENABLED: '0', GOOS: 'linux' } };
  const list = execFileSync('go', ['list', '-deps', '-f', format, './cmd/parley'], options);
  const goRoot = execFileSync('go', ['env', 'GOROOT'], options).trim();
  const lines = new Set(list.split('\n').filter(Boolean));
  return [`Go\tstandard library\t${goRoot}`, ...[...lines].sort()].map((line) => {
    const [name, version, folder] = line.split('\t');
    const files = readdirSync(folder);
    const texts = files.filter(isLicence).sort().map((file) => read(folder, file));
    const notices = files.filter((file) => /^notice/i.test(file)).map((file) => read(folder, file));
    if (!texts.length) throw new Error(`${name} has no licence file`);
    const found = [...new Set(texts.map(kindOf).filter(Boolean))];
    return { name, version, licence: found.join(', '), texts, notices };
  });
}

/** The packages of the web app. One without a licence file is named with its licence alone. */
function packages() {
  const found = new Map();
  for (const { name, version, licence, text } of shipped()) {
    found.set(`${name} ${version}`, { name, version, licence, texts: text ? [text] : [], notices: [] });
  }
  return [...found.values()];
}

const isHolder = (line) => /^\W*(copyright\b(?! notice| holder)|\(c\)\s*\d{4}|©)/i.test(line) && !/\[yyyy\]/.test(line);
const isTitle = (line) => /^\W*(the )?(mit|isc|bsd|new bsd|bsd[ -][23][ -]clause|simplified bsd|modified bsd)[ -]?("new" or "revised" )?licen[cs]e\b.{0,20}$/i.test(line);
const isReserved = (line) => /^\W*all rights reserved\.?\W*$/i.test(line);

/** A text without its first lines about who and what; the same for all who use these terms. */
function terms(text) {
  const lines = text.replaceAll('\r', '').split('\n');
  return lines
    .filter((line) => !isHolder(line) && !isTitle(line) && !isReserved(line))
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
}

const holders = (text) => text.split('\n').filter(isHolder).map((line) => line.trim());
const key = (text) => terms(text).toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim();

function grouped(all) {
  const groups = new Map();
  for (const one of all) {
    for (const text of one.texts) {
      const group = groups.get(key(text)) ?? { text: terms(text), who: [] };
      group.who.push({ name: one.name, holders: holders(text) });
      groups.set(key(text), group);
    }
  }
  return [...groups.values()].sort((a, b) => b.who.length - a.who.length);
}

const table = (all) => ['| | version | licence |', '|---|---|---|', ...all.map((one) => `| ${one.name} | ${one.version} | ${one.licence} |`)].join('\n');
const fence = (text) => `\`\`\`\`text\n${text}\n\`\`\`\``;

function page() {
  const [server, web] = [modules(), packages()];
  const all = [...server, ...web];
  const nameless = all.filter((one) => !one.licence);
  if (nameless.length) throw new Error(`no licence known: ${nameless.map((one) => one.name).join(', ')}`);
  const notices = server.flatMap((one) => one.notices.map((text) => `### ${one.name}\n\n${fence(text)}`));
  const texts = grouped(all).map(({ text, who }, i) => {
    const lines = who.map(({ name, holders: by }) => [name, ...by].join('; '));
    const kind = kindOf(text) || 'terms';
    return `### ${i + 1}. ${kind}\n\n${fence(`${lines.join('\n')}\n\n${text}`)}`;
  });
  return `# Third-party notices

What of others is in the Parley binary. Written by \`node scripts/notices.mjs\`; do not edit.

## Server

${table(server)}

## Web app

${table(web)}

## Notices

${notices.join('\n\n')}

## Licence texts

Each text is preceded by whom it applies to and who holds the copyright.

${texts.join('\n\n')}
`;
}

const want = page();
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== want) {
    console.error('THIRD_PARTY_NOTICES.md is out of date: run node scripts/notices.mjs');
    process.exit(1);
  }
} else {
  writeFileSync(target, want);
}
