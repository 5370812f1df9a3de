/** The queries that the server runs now. */

import { type Decoder, list, number, oneOf, record, text } from './decode';
import { request } from './envelope';

export interface RunningQuery {
  id: number;
  query: string;
  state: 'waiting' | 'running' | 'stopping';
  /** Seconds since 1970. */
  start: number;
  end: number;
  /** Seconds; 0 for an instant query. */
  step: number;
  waitedSeconds: number;
  runningSeconds: number;
  series: number;
  samplesRead: number;
  peakBytes: number;
  asker: { address: string; forwardedFor: string; agent: string; path: string };
}

export interface RunningQueries {
  queries: RunningQuery[];
  concurrencyMax: number;
  waiting: number;
  memory: { heldBytes: number; maxBytes: number };
}

const running: Decoder<RunningQueries> = record<RunningQueries>({
  queries: list(
    record<RunningQuery>({
      id: number,
      query: text,
      state: oneOf('waiting', 'running', 'stopping'),
      start: number,
      end: number,
      step: number,
      waitedSeconds: number,
      runningSeconds: number,
      series: number,
      samplesRead: number,
      peakBytes: number,
      asker: record<RunningQuery['asker']>({ address: text, forwardedFor: text, agent: text, path: text }),
    }),
  ),
  concurrencyMax: number,
  waiting: number,
  memory: record<RunningQueries['memory']>({ heldBytes: number, maxBytes: number }),
});

export async function fetchRunning(signal?: AbortSignal): Promise<RunningQueries> {
  return (await request({ api: 'ferula', path: '/queries', data: running, ...(signal && { signal }) })).data;
}

/** Ends one. That it has ended meanwhile is no error. */
export async function stopQuery(id: number): Promise<void> {
  await request({
    api: 'ferula',
    path: `/queries/${id}/stop`,
    method: 'POST',
    data: record<{ id: number }>({ id: number }),
  });
}
