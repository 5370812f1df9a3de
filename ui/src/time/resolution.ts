/**
 * How far apart the points of a graph are, and where they lie.
 *
 * An automatic step is range / points, rounded up to a step that people would write. Start and end lie on
 * multiples of the step, so that a refresh asks for the points it asked for before and lines do not dance.
 */

export type Density = 'low' | 'medium' | 'high';

export type Resolution = { kind: 'auto'; density: Density } | { kind: 'fixed'; stepMs: number };

export interface Grid {
  startSeconds: number;
  endSeconds: number;
  stepSeconds: number;
}

const POINTS: Record<Density, number> = { low: 100, medium: 300, high: 1000 };

const NICE_SECONDS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
];
const DAY_MS = 86_400_000;

export function stepOf(rangeMs: number, resolution: Resolution): number {
  if (resolution.kind === 'fixed') return resolution.stepMs;
  const least = rangeMs / POINTS[resolution.density];
  const nice = NICE_SECONDS.find((seconds) => seconds * 1000 >= least);
  return nice === undefined ? Math.ceil(least / DAY_MS) * DAY_MS : nice * 1000;
}

export function gridOf(endMs: number, rangeMs: number, stepMs: number): Grid {
  const floor = (ms: number) => (Math.floor(ms / stepMs) * stepMs) / 1000;
  return { startSeconds: floor(endMs - rangeMs), endSeconds: floor(endMs), stepSeconds: stepMs / 1000 };
}

/** Points of a grid, both ends included. */
export function lengthOf(grid: Grid): number {
  return Math.floor((grid.endSeconds - grid.startSeconds) / grid.stepSeconds + 1e-6) + 1;
}
