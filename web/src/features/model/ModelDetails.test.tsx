import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { Model } from '@/kit/api/types';
import { ModelDetails } from './ModelDetails';

const model: Model = {
  id: 'local/thinker',
  name: 'thinker',
  label: 'Thinker',
  context: 0,
  maxOutput: 0,
  prices: null,
  vision: false,
  tools: false,
  reasoning: true,
  local: true,
};

test.each([
  ['stays in the network', {}, true],
  ['passes on to others', { relay: true }, false],
])('a server that %s', (_, more, here) => {
  const html = renderToStaticMarkup(<ModelDetails model={{ ...model, ...more }} />);
  expect(html.includes('on this network')).toBe(here);
});

test.each([
  ['of any level', undefined, 'yes'],
  ['at levels', ['none', 'high'], 'None, High'],
  ['that can only be switched off', ['none'], 'yes, can be switched off'],
])('reasoning %s', (_, levels, words) => {
  const html = renderToStaticMarkup(<ModelDetails model={levels ? { ...model, levels } : model} />);
  expect(html).toMatch(new RegExp(`>Reasoning</dt><dd[^>]*>${words}</dd>`));
});
