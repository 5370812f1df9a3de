/** The query endpoints: instant, range and format. */

import { text } from './decode';
import { type Answer, request } from './envelope';
import { type Explanation, explanation } from './explanation';
import { type RangeSeries, type Result, result } from './result';

/** What every answered query carries beside its result. */
export interface Timed<T> extends Answer<T> {
  /** From sending to the last byte decoded. */
  elapsedMs: number;
}

export interface RangeQuery {
  expr: string;
  startSeconds: number;
  endSeconds: number;
  stepSeconds: number;
}

export async function queryInstant(
  expr: string,
  timeSeconds: number,
  signal?: AbortSignal,
): Promise<Timed<Result>> {
  return timed(() =>
    request({
      path: '/query',
      method: 'POST',
      params: { query: expr, time: String(timeSeconds) },
      data: result,
      ...(signal && { signal }),
    }),
  );
}

export async function queryRange(query: RangeQuery, signal?: AbortSignal): Promise<Timed<RangeSeries[]>> {
  return timed(async () => {
    const answer = await request({
      path: '/query_range',
      method: 'POST',
      params: rangeParams(query),
      data: result,
      ...(signal && { signal }),
    });
    return { ...answer, data: answer.data.type === 'matrix' ? answer.data.series : [] };
  });
}

/** The same query, run for what it costs. */
export async function explainRange(query: RangeQuery, signal?: AbortSignal): Promise<Timed<Explanation>> {
  return timed(() =>
    request({
      path: '/query_range',
      method: 'POST',
      params: { ...rangeParams(query), explain: 'true' },
      data: explanation,
      ...(signal && { signal }),
    }),
  );
}

function rangeParams(query: RangeQuery): Record<string, string> {
  return {
    query: query.expr,
    start: String(query.startSeconds),
    end: String(query.endSeconds),
    step: String(query.stepSeconds),
  };
}

export async function formatQuery(expr: string): Promise<string> {
  const answer = await request({
    path: '/format_query',
    method: 'POST',
    params: { query: expr },
    data: text,
  });
  return answer.data;
}

async function timed<T>(run: () => Promise<Answer<T>>): Promise<Timed<T>> {
  const begin = performance.now();
  const answer = await run();
  return { ...answer, elapsedMs: performance.now() - begin };
}
