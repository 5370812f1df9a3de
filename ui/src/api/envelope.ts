/**
 * One request to `/api/v1`: sends it, opens the envelope, and turns what went wrong into one of three errors.
 *
 * - {@link Unreachable}: no answer at all, or a proxy's; the shell shows this for the whole page.
 * - {@link Refusal}: the server's own error with its type, to be shown where the request was made.
 * - {@link DecodeError}: an answer of another shape than the API promises.
 */

import { PREFIX } from '../routes/prefix';
import { type Decoder, list, object, optional, text } from './decode';

export interface Answer<T> {
  data: T;
  warnings: string[];
  infos: string[];
}

export class Refusal extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, status: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.type = type;
    this.status = status;
  }
}

export class Unreachable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Unreachable';
  }
}

export interface Request<T> {
  path: string;
  /** Whose API: Prometheus', or what only Ferula has. */
  api?: keyof typeof APIS;
  params?: Record<string, string>;
  /** Expressions can be longer than a URL may be, so queries are posted as forms. */
  method?: 'GET' | 'POST';
  data: Decoder<T>;
  signal?: AbortSignal;
}

const APIS = { prometheus: `${PREFIX}/api/v1`, ferula: `${PREFIX}/api/ferula/v1` };

export async function request<T>({
  path,
  api = 'prometheus',
  params = {},
  method = 'GET',
  data,
  signal,
}: Request<T>): Promise<Answer<T>> {
  const form = new URLSearchParams(params);
  const query = method === 'GET' && form.size > 0 ? `?${form.toString()}` : '';
  const response = await send(`${APIS[api]}${path}${query}`, {
    method,
    ...(method === 'POST' && { body: form }),
    ...(signal && { signal }),
    headers: { Accept: 'application/json' },
  });
  return open(await body(response), response.status, data);
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable('the server does not answer');
  }
}

async function body(response: Response): Promise<unknown> {
  const type = response.headers.get('Content-Type') ?? '';
  if (type.includes('json')) return response.json();
  const message = (await response.text()).trim().slice(0, 200);
  if (response.status === 404) throw new Refusal('not_found', 404, 'this server has no such endpoint');
  if (response.status === 401 || response.status === 403) {
    throw new Refusal('forbidden', response.status, message || 'access denied');
  }
  throw new Unreachable(`the server answered ${response.status}: ${message || response.statusText}`);
}

export function open<T>(envelope: unknown, status: number, data: Decoder<T>): Answer<T> {
  const fields = object(envelope, 'answer');
  const notes = optional(list(text));
  if (fields.status === 'success') {
    return {
      data: data(fields.data, 'data'),
      warnings: notes(fields.warnings, 'warnings') ?? [],
      infos: notes(fields.infos, 'infos') ?? [],
    };
  }
  const type = optional(text)(fields.errorType, 'errorType') ?? 'unknown';
  throw new Refusal(type, status, optional(text)(fields.error, 'error') ?? `HTTP status ${status}`);
}
