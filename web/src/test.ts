import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';
import { activate } from '@/kit/i18n';

await activate('en');

afterEach(() => {
  cleanup();
  localStorage.clear();
});
