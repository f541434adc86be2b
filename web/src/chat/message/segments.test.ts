import { expect, it } from 'vitest';
import type { Part } from '@/kit/api/types';
import { segmentsOf } from './segments';

const call = (id: string, status: 'done' | 'waiting' = 'done'): Part => ({
  type: 'tool_call',
  call: { id, name: 'calculator', arguments: '{}', status },
});
const result = (callId: string): Part => ({
  type: 'tool_result',
  result: { callId, name: 'calculator', content: '4' },
});
const text = (words: string): Part => ({ type: 'text', text: words });

function outline(parts: Part[]): string[] {
  return segmentsOf(parts).segments.map((segment) =>
    segment.kind === 'activity'
      ? segment.steps.map((step) => (step.kind === 'call' ? step.call.id : 'thought')).join('+')
      : segment.part.type,
  );
}

it('folds what lies between two texts into one line', () => {
  const thought: Part = { type: 'reasoning', text: 'hm' };
  const parts = [thought, call('a'), call('b'), result('b'), result('a'), text('x'), call('c')];
  expect(outline(parts)).toEqual(['thought+a+b', 'text', 'c']);
});

it('joins a result to its call, wherever it comes', () => {
  const [activity] = segmentsOf([call('a'), text('x'), result('a')]).segments;
  expect(activity).toMatchObject({ steps: [{ call: { id: 'a' }, result: { content: '4' } }] });
});

it('shows a result that lost its call', () => {
  expect(outline([result('gone')])).toEqual(['gone']);
});

it('keeps nothing of what is empty', () => {
  expect(outline([text(''), { type: 'reasoning', text: '' }, { type: 'reasoning' }])).toEqual([]);
});

it('lets a text go on behind a source', () => {
  const source: Part = { type: 'source', source: { url: 'https://example.org' } };
  const sealed: Part = { type: 'reasoning', raw: {} };
  const parts = [text('It was on '), text('Friday'), source, text('. '), sealed, text('Then ')];
  expect(segmentsOf(parts).segments).toMatchObject([{ part: { text: 'It was on Friday. Then ' } }]);
  const [apart] = segmentsOf([text('One thing.'), text('Another thing.')]).segments;
  expect(apart).toMatchObject({ part: { text: 'One thing.\n\nAnother thing.' } });
});

it('takes out what waits for the user, and the sources', () => {
  const source: Part = { type: 'source', source: { url: 'https://example.org' } };
  const shown = segmentsOf([call('a', 'waiting'), text('x'), source]);
  expect(shown.waiting.map(({ id }) => id)).toEqual(['a']);
  expect(shown.sources).toEqual([{ url: 'https://example.org' }]);
  expect(shown.segments.map(({ last }) => last)).toEqual([false, true]);
});
