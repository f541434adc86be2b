// Chromium as the tests use it.

import { chromium } from 'playwright-core';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

/** A browser with a profile of its own. */
export function launch(args = []) {
  return chromium.launch({
    executablePath: process.env.PARLEY_E2E_CHROMIUM ?? '/usr/bin/chromium',
    args: [...flags, ...args],
  });
}
