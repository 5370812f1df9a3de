/** A result as rows of a table: what stands in each, and in which order. */

import type { Bucket, Histogram, Labels, Result } from '../../api/result';
import { formatSeries } from '../../format/labels';

export interface Row {
  /** `undefined` for scalars and strings, which have no series. */
  metric: Labels | undefined;
  key: string;
  /** More than one for a range selector; a time then stands at each. */
  values: { value: string; timeSeconds?: number }[];
  /** What the row is ordered by: its last value, or a histogram's count. */
  weight: number;
}

export type Order = { by: 'server' } | { by: 'series' | 'value'; descending: boolean };

export function rowsOf(result: Result): Row[] {
  switch (result.type) {
    case 'vector':
      return result.series.map(({ metric, value, histogram }) => ({
        metric,
        key: formatSeries(metric),
        values: [{ value: value ? value[1] : histogram ? histogramText(histogram[1]) : '' }],
        weight: numberOf(value?.[1] ?? histogram?.[1].count),
      }));
    case 'matrix':
      return result.series.map(({ metric, values, histograms }) => ({
        metric,
        key: formatSeries(metric),
        values: [
          ...values.map(([timeSeconds, value]) => ({ timeSeconds, value })),
          ...histograms.map(([timeSeconds, value]) => ({ timeSeconds, value: histogramText(value) })),
        ].sort((a, b) => a.timeSeconds - b.timeSeconds),
        weight: numberOf(values.at(-1)?.[1] ?? histograms.at(-1)?.[1].count),
      }));
    case 'scalar':
    case 'string':
      return [{ metric: undefined, key: result.type, values: [{ value: result.sample[1] }], weight: 0 }];
  }
}

export function countOf(result: Result): string {
  if (result.type === 'scalar' || result.type === 'string') return '1 value';
  const count = result.series.length;
  return `${count.toLocaleString('en')} series`;
}

export function sortRows(rows: Row[], order: Order): Row[] {
  if (order.by === 'server') return rows;
  const sign = order.descending ? -1 : 1;
  if (order.by === 'series')
    return rows.toSorted((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return rows.toSorted((a, b) => compareValues(a.weight, b.weight, sign));
}

/** What is no number stands last in either order. */
function compareValues(a: number, b: number, sign: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : sign * (a < b ? -1 : 1);
}

function numberOf(text: string | undefined): number {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return text === undefined ? NaN : Number(text);
}

export function histogramText({ count, sum, buckets }: Histogram): string {
  const lines = buckets.map((bucket) => `${boundsText(bucket)} ${bucket[3]}`);
  return [`count ${count}, sum ${sum}`, ...lines].join('\n');
}

/** Bounds as intervals are written: a round bracket leaves its end out, a square one takes it in. */
function boundsText([bounds, lower, upper]: Bucket): string {
  const open = bounds === 1 || bounds === 3 ? '[' : '(';
  const close = bounds === 0 || bounds === 3 ? ']' : ')';
  return `${open}${lower}, ${upper}${close}`;
}
