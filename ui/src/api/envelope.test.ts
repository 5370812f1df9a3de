import { afterEach, expect, test, vi } from 'vitest';

import { DecodeError, list, text } from './decode';
import { Refusal, request, Unreachable } from './envelope';

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

function answer(response: Response | Error) {
  const fetch = vi.fn<typeof globalThis.fetch>(() =>
    response instanceof Error ? Promise.reject(response) : Promise.resolve(response),
  );
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

const names = () => request({ path: '/labels', data: list(text) });

test('an answer comes with its notes', async () => {
  answer(json({ status: 'success', data: ['a'], warnings: ['w'], infos: ['i'] }));
  expect(await names()).toEqual({ data: ['a'], warnings: ['w'], infos: ['i'] });
});

test('lists that a server leaves out or writes as null are empty', async () => {
  answer(json({ status: 'success', data: null }));
  expect(await names()).toEqual({ data: [], warnings: [], infos: [] });
});

test.each([
  ['bad_data', 400],
  ['execution', 422],
])('%s is a refusal', async (errorType, status) => {
  answer(json({ status: 'error', errorType, error: '1:1: parse error: no' }, status));
  await expect(names()).rejects.toEqual(new Refusal(errorType, status, '1:1: parse error: no'));
});

test.each<[string, Response | Error, new (...args: never[]) => Error]>([
  ['no server', new TypeError('Failed to fetch'), Unreachable],
  ['a server that starts or stops', new Response('Service Unavailable', { status: 503 }), Unreachable],
  [
    'a proxy’s page',
    new Response('<html>', { status: 502, headers: { 'Content-Type': 'text/html' } }),
    Unreachable,
  ],
  ['an endpoint that is not there', new Response('404 page not found', { status: 404 }), Refusal],
  ['a closed door', new Response('Unauthorized', { status: 401 }), Refusal],
  ['another shape', json({ status: 'success', data: [1] }), DecodeError],
  ['no envelope', json([]), DecodeError],
])('%s is told apart', async (_, response, kind) => {
  answer(response);
  await expect(names()).rejects.toBeInstanceOf(kind);
});

test.each([
  ['GET', '/api/v1/x?q=a+b%2Bc', undefined],
  ['POST', '/api/v1/x', 'q=a+b%2Bc'],
] as const)('with %s the parameters stand where they belong', async (method, url, body) => {
  const fetch = answer(json({ status: 'success', data: [] }));
  await request({ path: '/x', method, params: { q: 'a b+c' }, data: list(text) });
  const [sentUrl, init] = fetch.mock.calls[0] ?? [];
  expect(sentUrl).toBe(url);
  expect(init?.body instanceof URLSearchParams ? init.body.toString() : undefined).toBe(body);
});
