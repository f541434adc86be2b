// What an address says about the chat that is to begin, in LibreChat's words:
// "/c/new?prompt=Hello&submit=true&endpoint=openAI&model=gpt-5&temperature=0.2". Fetched only for such
// an address.

import type { Params } from '@/kit/api/types';
import { currentSession } from '@/session/session';
import type { KnownModel } from './models';
import { setParams } from './options';

export interface FromAddress {
  text: string;
  /** The text is sent without being asked. */
  submit: boolean;
  /** "provider/model", or empty where the address names none that there is. */
  model: string;
}

/** Reads an address; what it says about parameters is set for the new chat. */
export function readAddress(search: string, models: ReadonlyMap<string, KnownModel>): FromAddress {
  const query = new URLSearchParams(search);
  const { autoSubmit, parameters } = currentSession().boot.page;
  if (parameters) setParams(null, paramsOf(query));
  return {
    text: (query.get('prompt') ?? query.get('q') ?? '').trim(),
    submit: autoSubmit && query.get('submit') === 'true',
    model: modelOf(query, models),
  };
}

function modelOf(query: URLSearchParams, models: ReadonlyMap<string, KnownModel>): string {
  const spec = query.get('spec');
  const model = query.get('model');
  const endpoint = query.get('endpoint');
  const named = [
    spec && `specs/${spec.split(/\s+/).join('-')}`,
    model && endpoint && `${endpoint}/${model}`,
    model,
  ];
  for (const name of named) {
    const lower = name?.toLowerCase();
    const found = lower && [...models.keys()].find((id) => id.toLowerCase() === lower);
    if (found) return found;
  }
  // Only one of the two is known: the first that fits.
  const fits = ({ id, provider }: KnownModel) =>
    model
      ? id.slice(id.indexOf('/') + 1) === model
      : provider.name.toLowerCase() === endpoint?.toLowerCase();
  if (!model && !endpoint) return '';
  return [...models.values()].find(fits)?.id ?? '';
}

const numbers: Record<string, 'temperature' | 'topP' | 'topK' | 'maxTokens'> = {
  temperature: 'temperature',
  top_p: 'topP',
  topP: 'topP',
  topK: 'topK',
  max_tokens: 'maxTokens',
  maxTokens: 'maxTokens',
  maxOutputTokens: 'maxTokens',
};

function paramsOf(query: URLSearchParams): Params {
  const params: Params = {};
  for (const [name, to] of Object.entries(numbers)) {
    const value = Number(query.get(name) || Number.NaN);
    if (Number.isFinite(value)) params[to] = value;
  }
  const effort = query.get('reasoning_effort') ?? query.get('effort');
  if (effort) params.effort = effort;
  return params;
}
