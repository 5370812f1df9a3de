/**
 * Columns piled on each other, the first at the bottom.
 *
 * A series without a sample adds nothing where others have one, and all are `null` where none has; so one
 * missing series does not tear the pile, and a gap in all of them stays a gap. Hidden series take no part.
 */

import type { Column } from './frame';

export function stack(columns: Column[], hidden: ReadonlySet<number>): Column[] {
  const length = columns[0]?.length ?? 0;
  const heights = new Array<number | null>(length).fill(null);
  columns.forEach((column, series) => {
    if (hidden.has(series)) return;
    for (let index = 0; index < length; index += 1) if (column[index] != null) heights[index] = 0;
  });
  return columns.map((column, series) => {
    if (hidden.has(series)) return column;
    return heights.map((height, index) => {
      if (height === null) return null;
      const top = height + (column[index] ?? 0);
      heights[index] = top;
      return top;
    });
  });
}
