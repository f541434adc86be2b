// The one way to the server: JSON in and out, problem+json (RFC 9457) to ApiError.

/** A field that the server refused, with the place of it in the body. */
export interface FieldError {
  location: string;
  message: string;
}

/** What went wrong with a request. `code` is stable; 'network' means that no answer came. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  /** The server's own safe English sentence. */
  readonly detail: string;
  /** What else is known, such as the words of a provider. */
  readonly more: string;
  readonly requestId: string;
  /** Seconds until another try makes sense, when the server said so. */
  readonly retryAfter: number | null;
  readonly fields: FieldError[];

  constructor(init: {
    code: string;
    status: number;
    detail?: string;
    more?: string;
    requestId?: string;
    retryAfter?: number | null;
    fields?: FieldError[];
  }) {
    super(init.detail || init.code);
    this.name = 'ApiError';
    this.code = init.code;
    this.status = init.status;
    this.detail = init.detail ?? '';
    this.more = init.more ?? '';
    this.requestId = init.requestId ?? '';
    this.retryAfter = init.retryAfter ?? null;
    this.fields = init.fields ?? [];
  }
}

export interface RequestOptions {
  /** Sent as JSON, or as it is when it is FormData. */
  body?: unknown;
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

type Listener = () => void;
const signedOut = new Set<Listener>();

/** Calls the listener whenever the server says that the session is over. */
export function onSignedOut(listener: Listener): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

/** What start.js asked for before this code was there. Each answer is good for the first who asks. */
const early = (globalThis as { early?: Map<string, Promise<Response>> }).early;
/** Milliseconds since the page began to load, from when on an early answer is too old. */
const stale = 15_000;
/** Of these, what has come, read. */
const come = new Map<string, unknown>();
const coming = [...(early ?? [])].map(async ([path, answer]) => {
  const response = await answer;
  if (response.ok) come.set(path, await response.clone().json());
});

/** Waits for what start.js fetched, or until that would be felt: whoever needs it then waits on its own. */
export async function settled(patience: number): Promise<void> {
  const enough = new Promise((resolve) => setTimeout(resolve, patience));
  await Promise.race([Promise.allSettled(coming), enough]);
}

/** What start.js fetched, when it is there already: so the first picture has it. Good once, like `get`. */
export function fetched<T>(path: string): T | undefined {
  const value = performance.now() < stale ? come.get(path) : undefined;
  come.delete(path);
  if (value !== undefined) early?.delete(path);
  return value as T | undefined;
}

function request(url: string, init: RequestInit): Promise<Response> {
  const begun = init.method === 'GET' ? early?.get(url) : undefined;
  early?.delete(url);
  come.delete(url);
  const ask = () => fetch(url, init);
  return begun && performance.now() < stale ? begun.catch(ask) : ask();
}

/** Sends a request and returns the raw answer; throws ApiError when it is not 2xx. */
export async function send(
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Response> {
  const { body, headers, signal } = options;
  const form = body instanceof FormData;
  let response: Response;
  try {
    response = await request(path + search(options.query), {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && !form ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : form ? body : JSON.stringify(body),
      signal,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError({ code: 'network', status: 0 });
  }
  if (response.ok) return response;
  const error = await problem(response);
  // A wrong password is a 401 as well, but it ends nothing.
  if (error.status === 401 && error.code !== 'invalid_credentials') {
    for (const listener of signedOut) listener();
  }
  throw error;
}

async function json<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
  const response = await send(method, path, options);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** Typed by the caller: `api.get<Page<ChatRow>>('/api/chats', { query: { limit: 50 } })`. */
export const api = {
  get: <T>(path: string, options?: RequestOptions) => json<T>('GET', path, options),
  post: <T = void>(path: string, body?: unknown, options?: RequestOptions) =>
    json<T>('POST', path, { ...options, body }),
  put: <T = void>(path: string, body?: unknown, options?: RequestOptions) =>
    json<T>('PUT', path, { ...options, body }),
  patch: <T = void>(path: string, body?: unknown, options?: RequestOptions) =>
    json<T>('PATCH', path, { ...options, body }),
  delete: <T = void>(path: string, options?: RequestOptions) => json<T>('DELETE', path, options),
};

function search(query: RequestOptions['query']): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

async function problem(response: Response): Promise<ApiError> {
  let body: Record<string, unknown> = {};
  try {
    body = (await response.json()) as Record<string, unknown>;
  } catch {
    // A proxy's own page, or nothing: the status alone must do.
  }
  return new ApiError({
    code: text(body.code) || `http_${response.status}`,
    status: response.status,
    detail: text(body.detail),
    more: text(body.more),
    requestId: text(body.requestId) || (response.headers.get('x-request-id') ?? ''),
    retryAfter: seconds(response.headers.get('retry-after')),
    fields: Array.isArray(body.errors) ? (body.errors as FieldError[]) : [],
  });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Retry-After is a number of seconds or a date (RFC 9110, 10.2.3). */
function seconds(header: string | null): number | null {
  if (!header) return null;
  const count = Number(header);
  if (Number.isFinite(count)) return Math.max(0, count);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}
