/** Which series of a chart are hidden, after a click in the legend. */

export type Hidden = ReadonlySet<number>;

export function toggled(hidden: Hidden, series: number): Hidden {
  const next = new Set(hidden);
  if (!next.delete(series)) next.add(series);
  return next;
}

/** Shows one series alone; if it already is, shows all. */
export function soloed(hidden: Hidden, series: number, count: number): Hidden {
  const alone = !hidden.has(series) && hidden.size === count - 1;
  if (alone) return new Set();
  return new Set(Array.from({ length: count }, (_, index) => index).filter((index) => index !== series));
}
