import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { vi } from 'vitest';

// Whole corpora in one test take as long as the machine needs.
vi.setConfig({ testTimeout: 0 });

const FIXTURES = resolve(import.meta.dirname, '../../../../../shared/fixtures');

/** Real data kept beside the repository; tests that need it are skipped where it is absent. */
export const fixturesPresent = existsSync(FIXTURES);

/** Text of one fixture file. */
export function fixture(path: string): string {
  return readFileSync(resolve(FIXTURES, path), 'utf8');
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
