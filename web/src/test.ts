import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';
import { activate } from '@/kit/i18n';

await activate('en');

// What is looked for comes when it comes: a busy machine is no failure.
configure({ asyncUtilTimeout: 30_000 });

afterEach(() => {
  cleanup();
  localStorage.clear();
});
