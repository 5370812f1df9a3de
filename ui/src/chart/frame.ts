/**
 * A range query's result as columns over one grid of times: what uPlot draws.
 *
 * Invariant: every column is as long as `times`, and holds `null` where the series had no sample, so a gap
 * stays a gap. NaN and infinities have no place on a scale; they are gaps too.
 */

import type { Labels, RangeSeries } from '../api/result';
import { type Grid, lengthOf } from '../time/resolution';

export type Column = (number | null)[];

export interface Frame {
  /** Seconds. */
  times: number[];
  columns: Column[];
  labels: Labels[];
}

export function frameOf(series: RangeSeries[], grid: Grid): Frame {
  const length = lengthOf(grid);
  const times = Array.from({ length }, (_, index) => grid.startSeconds + index * grid.stepSeconds);
  return {
    times,
    columns: series.map((one) => columnOf(one, grid, length)),
    labels: series.map((one) => one.metric),
  };
}

function columnOf(series: RangeSeries, grid: Grid, length: number): Column {
  const column = new Array<number | null>(length).fill(null);
  for (const [time, text] of series.values) {
    const index = Math.round((time - grid.startSeconds) / grid.stepSeconds);
    const value = Number(text);
    if (index >= 0 && index < length && Number.isFinite(value)) column[index] = value;
  }
  return column;
}

/** Indices of points whose neighbours are gaps: a line has no length there, so they are drawn as dots. */
export function lonelyPoints(column: Column): number[] {
  const lonely: number[] = [];
  column.forEach((value, index) => {
    if (value !== null && column[index - 1] == null && column[index + 1] == null) lonely.push(index);
  });
  return lonely;
}
