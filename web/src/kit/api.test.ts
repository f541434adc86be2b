import { afterEach, expect, test, vi } from 'vitest';
import { ApiError, api, onSignedOut } from './api';
import { errorText } from './errorText';

function answer(status: number, body: string, headers: Record<string, string> = {}) {
  const fetch = vi.fn(async () => new Response(status === 204 ? null : body, { status, headers }));
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

async function failure(act: Promise<unknown>): Promise<ApiError> {
  const error = await act.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(error instanceof ApiError)) throw new Error(`expected an ApiError, got ${String(error)}`);
  return error;
}

afterEach(() => vi.unstubAllGlobals());

test('the query leaves out what is not set', async () => {
  const fetch = answer(200, '{"items":[]}');
  await api.get('/api/chats', { query: { limit: 50, cursor: undefined, q: '' } });
  expect(fetch).toHaveBeenCalledWith('/api/chats?limit=50', expect.anything());
});

test('no content is undefined', async () => {
  answer(204, '');
  expect(await api.delete('/api/chats/1')).toBeUndefined();
});

test('a problem keeps its code, its text, its fields and when to come back', async () => {
  answer(
    429,
    JSON.stringify({
      code: 'throttled',
      detail: 'Slow down.',
      requestId: 'r1',
      errors: [{ location: 'body.email', message: 'bad' }],
    }),
    { 'retry-after': '7' },
  );
  const error = await failure(api.post('/api/session', {}));
  expect(error).toMatchObject({
    code: 'throttled',
    status: 429,
    detail: 'Slow down.',
    requestId: 'r1',
    retryAfter: 7,
    fields: [{ location: 'body.email', message: 'bad' }],
  });
});

test('a proxy’s own page is told by its status', async () => {
  answer(502, '<html>Bad gateway</html>');
  expect(await failure(api.get('/api/boot'))).toMatchObject({ code: 'http_502', status: 502 });
});

test('no answer at all is a network error', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
  expect(await failure(api.get('/api/boot'))).toMatchObject({ code: 'network', status: 0 });
});

test('a request that was given up stays what it is', async () => {
  const given = new AbortController();
  given.abort();
  vi.stubGlobal('fetch', () => Promise.reject(new DOMException('x', 'AbortError')));
  await expect(api.get('/api/boot', { signal: given.signal })).rejects.toBeInstanceOf(DOMException);
});

test('a lost session is announced, a wrong password is not', async () => {
  const listener = vi.fn();
  const stop = onSignedOut(listener);
  answer(401, '{"code":"invalid_credentials"}');
  await failure(api.post('/api/session', {}));
  expect(listener).not.toHaveBeenCalled();
  answer(401, '{"code":"unauthenticated"}');
  await failure(api.get('/api/chats'));
  expect(listener).toHaveBeenCalledOnce();
  stop();
});

test('what else a problem says stands below it', async () => {
  const detail = 'This file is too large.';
  answer(413, JSON.stringify({ code: 'file_too_large', detail, more: 'The largest is 20 MB.' }));
  const said = errorText(await failure(api.post('/api/files')));
  expect(said).toEqual({ title: detail, detail: 'The largest is 20 MB.', requestId: undefined });
});
