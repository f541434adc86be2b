import type { ProviderKind } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';

const names: Record<Exclude<ProviderKind, 'custom' | 'demo'>, string> = {
  openai: 'OpenAI',
  google: 'Google Gemini',
  azure: 'Azure OpenAI',
  bedrock: 'Amazon Bedrock',
  vertex: 'Vertex AI',
  anthropic: 'Anthropic',
  openrouter: 'OpenRouter',
  groq: 'Groq',
  mistral: 'Mistral',
  deepseek: 'DeepSeek',
  ollama: 'Ollama',
  lmstudio: 'LM Studio',
  llamacpp: 'llama.cpp',
  mlx: 'MLX',
};

/** What a kind of provider is called. */
export function kindName(kind: ProviderKind): string {
  if (kind === 'custom') return i18n.t('OpenAI-compatible server');
  if (kind === 'demo') return i18n.t('Demo');
  return names[kind] ?? kind;
}

/** The kinds that are reached by a key alone. */
export const keyedKinds = [
  'openai',
  'anthropic',
  'google',
  'openrouter',
  'groq',
  'mistral',
  'deepseek',
] as const satisfies readonly ProviderKind[];

/** The kinds that need to be told more than a key, and what. */
export const cloudKinds = ['azure', 'bedrock', 'vertex'] as const satisfies readonly ProviderKind[];
export type CloudKind = (typeof cloudKinds)[number];

export function isCloud(kind: ProviderKind): kind is CloudKind {
  return (cloudKinds as readonly string[]).includes(kind);
}

/** The names in a text with one on each line, or with commas between them. */
export function namesIn(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((name) => name.trim())
    .filter(Boolean);
}

/** A name that no other provider has: "groq", then "groq-2". */
export function freeName(wanted: string, taken: readonly string[]): string {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  const base = wanted.toLowerCase().replace(/[^a-z0-9.-]+/g, '-') || 'provider';
  let name = base;
  for (let count = 2; used.has(name); count++) name = `${base}-${count}`;
  return name;
}

/** The name of a server that has only an address: its host without "www", "api" and the ending. */
export function nameOfAddress(address: string): string {
  try {
    const { hostname } = new URL(address);
    if (/^[\d.]+$|:/.test(hostname) || hostname === 'localhost') return 'local';
    const labels = hostname.split('.').filter((label) => !/^(www|api)$/.test(label));
    return labels[0] ?? 'custom';
  } catch {
    return 'custom';
  }
}
