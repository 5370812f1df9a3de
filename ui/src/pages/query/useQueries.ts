/** A panel's two queries. Without a fixed end, now is the moment when the request is sent. */

import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';

import { Unreachable } from '../../api/envelope';
import type { Explanation } from '../../api/explanation';
import { parseQuery } from '../../api/outline';
import { explainRange, queryInstant, queryRange, type Timed } from '../../api/query';
import type { RangeSeries } from '../../api/result';
import { type Grid, gridOf } from '../../time/resolution';
import type { Panel } from './panels';

export interface RangeAnswer extends Timed<RangeSeries[]> {
  /** What was asked: while the next answer is on its way, the page already stands at the next question. */
  expr: string;
  grid: Grid;
}

/** Results are large and made anew each time: comparing them to the last would cost more than drawing. */
const shared = { structuralSharing: false, placeholderData: keepPreviousData } as const;

export function useInstant(panel: Panel, refreshMs: number | null) {
  const { expr, endMs } = panel;
  return useQuery({
    queryKey: ['promql', expr, 'instant', endMs],
    queryFn: ({ signal }) => queryInstant(expr, (endMs ?? Date.now()) / 1000, signal),
    enabled: expr.trim() !== '',
    refetchInterval: refreshMs ?? false,
    ...shared,
  });
}

export function rangeQuery(expr: string, endMs: number | null, rangeMs: number, stepMs: number) {
  return queryOptions({
    queryKey: ['promql', expr, 'range', endMs, rangeMs, stepMs],
    queryFn: async ({ signal }): Promise<RangeAnswer> => {
      const grid = gridOf(endMs ?? Date.now(), rangeMs, stepMs);
      return { ...(await queryRange({ expr, ...grid }, signal)), grid, expr };
    },
    enabled: expr.trim() !== '',
    structuralSharing: false,
  });
}

export function useRange(panel: Panel, stepMs: number, refreshMs: number | null) {
  return useQuery({
    ...rangeQuery(panel.expr, panel.endMs, panel.rangeMs, stepMs),
    refetchInterval: refreshMs ?? false,
    placeholderData: keepPreviousData,
  });
}

/** Runs the graph's query for what it costs. It is not asked again by itself: each time, the server computes it anew. */
export function useExplanation(panel: Panel, stepMs: number) {
  const { expr, endMs, rangeMs } = panel;
  return useQuery({
    queryKey: ['promql', expr, 'explain', endMs, rangeMs, stepMs],
    queryFn: async ({ signal }): Promise<Timed<Explanation>> =>
      explainRange({ expr, ...gridOf(endMs ?? Date.now(), rangeMs, stepMs) }, signal),
    enabled: expr.trim() !== '',
    staleTime: Infinity,
    ...shared,
  });
}

/** What a query is made of; nothing for one that can't be read, of which the query's own answer tells why. */
export function useOutline(expr: string) {
  return useQuery({
    queryKey: ['promql', expr, 'outline'],
    queryFn: async ({ signal }) => parseQuery(expr, signal),
    enabled: expr.trim() !== '',
    staleTime: Infinity,
    retry: false,
  });
}

/** A server that fell silent takes nothing away: the shell says so, and the last answer stays. */
export function standing(error: Error | null, data: unknown): Error | null {
  return error instanceof Unreachable && data !== undefined ? null : error;
}
