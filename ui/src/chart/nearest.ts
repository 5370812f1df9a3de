/** The visible series whose drawn point at one time is closest to a height. */

import type { Column } from './frame';

export function nearestSeries(
  drawn: Column[],
  index: number,
  value: number,
  hidden: ReadonlySet<number>,
): number | undefined {
  let best: number | undefined;
  let distance = Infinity;
  drawn.forEach((column, series) => {
    const at = column[index];
    if (at == null || hidden.has(series)) return;
    const off = Math.abs(at - value);
    if (off < distance) {
      distance = off;
      best = series;
    }
  });
  return best;
}
