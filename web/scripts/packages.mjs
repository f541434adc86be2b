import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The packages that may be built into the interface: name, version, licence and its text. */
export function shipped() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = [];
  for (const [path, { dev, devOptional, optional, version }] of Object.entries(packages)) {
    if (!path || dev || devOptional || (optional && !existsSync(join(root, path)))) continue;
    const folder = join(root, path);
    const info = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)([-.].*)?$/i.test(name));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : '';
    const named = info.license?.type ?? info.license ?? info.licenses?.[0]?.type;
    const licence = String(named ?? (/^The MIT License/.test(text) ? 'MIT' : ''));
    found.push({ name: info.name, version, licence, text });
  }
  return found.sort((one, other) => one.name.localeCompare(other.name, 'en'));
}
