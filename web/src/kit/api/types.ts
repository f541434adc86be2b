// The wire form of the HTTP contract, written by hand until it is generated.

export type Role = 'admin' | 'user';

export interface Me {
  id: string;
  email: string;
  name: string;
  role: Role;
  createdAt: string;
}

export type Theme = 'system' | 'light' | 'dark' | 'contrast';
export type SendKey = 'enter' | 'mod+enter';

export interface Settings {
  theme: Theme;
  /** Pixels, 14 to 20. */
  textSize: number;
  density: 'comfortable' | 'compact';
  column: 'narrow' | 'wide' | 'full';
  mode: 'full' | 'simple';
  /** Empty follows the server's default, then the browser. */
  language: string;
  sendKey: SendKey;
  /** "provider/model" last chosen, or empty. */
  model: string;
  singleKeys: boolean;
}

export interface Boot {
  version: string;
  /** No administrator yet: only the setup link works. */
  setup: boolean;
  registration: boolean;
  user: Me | null;
  settings: Settings | null;
  defaultLanguage: string;
  uploads: { maxBytes: number };
  protocol: number;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface LoginSession {
  id: string;
  device: string;
  address: string;
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
  current: boolean;
}

export interface ApiKey {
  id: string;
  name: string;
  prefix: string;
  createdAt: string;
  lastUsedAt: string | null;
}

/** A key just made: the only time that it is shown. */
export interface NewApiKey extends ApiKey {
  key: string;
}

export interface ServerSettings {
  registration: boolean;
  sessionIdleHours: number;
  sessionDays: number;
  defaultLanguage: string;
  defaultModel: string;
}

export interface Prices {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

export interface Model {
  /** "provider/model" */
  id: string;
  name: string;
  label: string;
  /** Tokens; 0 is unknown. */
  context: number;
  maxOutput: number;
  /** USD per million tokens. */
  prices: Prices | null;
  vision: boolean;
  tools: boolean;
  reasoning: boolean;
  local: boolean;
}

export interface ModelProvider {
  name: string;
  label: string;
  icon: string;
  demo?: boolean;
  models: Model[];
}

export interface Models {
  items: ModelProvider[];
  default: string;
}

export type ProviderKind =
  | 'openai'
  | 'anthropic'
  | 'ollama'
  | 'lmstudio'
  | 'llamacpp'
  | 'mlx'
  | 'groq'
  | 'deepseek'
  | 'mistral'
  | 'openrouter'
  | 'custom'
  | 'demo';

export interface Provider {
  name: string;
  kind: ProviderKind;
  label: string;
  baseUrl: string;
  keySet: boolean;
  models: string[];
  source: 'file' | 'environment' | 'ui';
  status: { ok: boolean; checkedAt: string; error?: string };
}

export interface NewProvider {
  name: string;
  kind: ProviderKind;
  baseUrl?: string;
  key?: string;
  models?: string[];
}

export interface DetectedProvider {
  kind: ProviderKind;
  label: string;
  baseUrl: string;
}

export interface ProviderTest {
  ok: boolean;
  models: string[];
  error?: { code: string; message: string; detail: string };
}

export interface LocalServer {
  kind: ProviderKind;
  label: string;
  baseUrl: string;
  models: string[];
}

export interface ChatRow {
  id: string;
  title: string;
  titleSource: 'auto' | 'model' | 'user';
  updatedAt: string;
  createdAt: string;
  running: boolean;
  model: string;
}

export interface Chat extends ChatRow {
  leaf: string | null;
  /** Message ids, root to leaf. */
  path: string[];
}

export type CallStatus = 'pending' | 'waiting' | 'running' | 'done' | 'failed' | 'denied';

export interface ToolCall {
  id: string;
  name: string;
  arguments: string;
  status?: CallStatus;
  remote?: boolean;
}

export interface ToolResult {
  callId: string;
  name: string;
  content: string;
  isError?: boolean;
  millis?: number;
}

export interface Media {
  file?: string;
  mime: string;
  name?: string;
  size?: number;
  width?: number;
  height?: number;
  url?: string;
}

export interface Source {
  url?: string;
  title?: string;
  quote?: string;
}

export interface Failure {
  code: string;
  message: string;
  detail?: string;
  retryAfter?: number;
  retryable?: boolean;
}

export type PartType =
  | 'text'
  | 'reasoning'
  | 'tool_call'
  | 'tool_result'
  | 'image'
  | 'file'
  | 'audio'
  | 'source'
  | 'artifact'
  | 'summary'
  | 'notice'
  | 'error';

export interface Part {
  type: PartType;
  text?: string;
  call?: ToolCall;
  result?: ToolResult;
  media?: Media;
  source?: Source;
  failure?: Failure;
  protocol?: string;
  raw?: unknown;
}

export type MessageStatus =
  | 'complete'
  | 'running'
  | 'waiting'
  | 'stopped'
  | 'interrupted'
  | 'failed';

export interface Usage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  reasoning: number;
  /** USD. */
  cost: number | null;
  estimated: boolean;
  millis: number;
  firstTokenMillis: number;
}

export type Limit = 'length' | 'steps' | '';

export interface Message {
  id: string;
  parent: string | null;
  role: 'user' | 'assistant';
  status: MessageStatus;
  parts: Part[];
  model?: string;
  turn?: string;
  seq?: number;
  edits?: string;
  continues?: string;
  createdAt: string;
  finishedAt?: string;
  usage?: Usage;
  limit?: Limit;
}

export interface TurnStart {
  text: string;
  model: string;
  parent?: string | null;
  files?: string[];
  id?: string;
  edits?: string;
  regenerate?: string;
  continue?: string;
  params?: Record<string, unknown>;
  tools?: string[];
}

export interface TurnAccepted {
  turn: string;
  chat: string;
  messages: { user: string | null; reply: string };
}

export interface Turn {
  id: string;
  chat: string;
  status: string;
  message: string;
  model: string;
  startedAt: string;
  endedAt: string | null;
  lastSeq: number;
}

export type Decision = 'once' | 'always' | 'never' | 'deny';

export interface Tool {
  name: string;
  label: string;
  description: string;
  approval: 'none' | 'ask' | 'always' | 'never';
}

export interface UploadedFile {
  id: string;
  name: string;
  mime: string;
  size: number;
  width?: number;
  height?: number;
}

/** What the user's own channel carries. */
export type SystemEvent =
  | { type: 'chat'; chat: ChatRow }
  | { type: 'chat_deleted'; chat: string }
  | { type: 'settings'; settings: Settings }
  | { type: 'models' }
  | { type: 'session' }
  | { type: 'running'; chat: string; running: boolean };
