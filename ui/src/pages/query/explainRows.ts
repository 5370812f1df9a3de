/** The tree of an explanation as rows that can be walked with the arrow keys. */

import type { Explanation } from '../../api/explanation';
import type { Outline } from '../../api/outline';

export interface ExplainRow {
  /** The way from the root, by numbers of inputs: `0.1`. Stays the same when the query runs again. */
  key: string;
  /** From 1, as ARIA counts. */
  level: number;
  node: Outline;
  /** What was measured; nothing before the query has run. */
  figures: Explanation | null;
  /** The row that this one is an input of. */
  parent: string | null;
  /** Of the whole query's time, from 0 to 1. */
  share: number;
}

/** All rows that can be seen, top down, without what lies below `closed` ones. */
export function rowsOf(root: Outline | Explanation, closed: ReadonlySet<string>): ExplainRow[] {
  const rows: ExplainRow[] = [];
  const total = Math.max(measured(root)?.totalSeconds ?? 0, Number.MIN_VALUE);
  const add = (node: Outline | Explanation, key: string, parent: string | null, level: number) => {
    const figures = measured(node);
    const share = figures ? Math.min(1, figures.ownSeconds / total) : 0;
    rows.push({ key, level, node, figures, parent, share });
    if (closed.has(key)) return;
    node.inputs.forEach((input, index) => add(input, `${key}.${index}`, key, level + 1));
  };
  add(root, '0', null, 1);
  return rows;
}

function measured(node: Outline | Explanation): Explanation | null {
  return 'totalSeconds' in node ? node : null;
}

/** Where a key leads from the row at `index`: another row, or the row that it opens or closes. */
export function moveOf(
  rows: ExplainRow[],
  index: number,
  key: string,
  closed: ReadonlySet<string>,
): { to: number } | { toggle: string } | null {
  const row = rows[index];
  if (!row) return null;
  const opens = row.node.inputs.length > 0;
  switch (key) {
    case 'ArrowDown':
      return { to: Math.min(rows.length - 1, index + 1) };
    case 'ArrowUp':
      return { to: Math.max(0, index - 1) };
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: rows.length - 1 };
    case 'ArrowRight':
      if (opens && closed.has(row.key)) return { toggle: row.key };
      return opens ? { to: index + 1 } : null;
    case 'ArrowLeft':
      if (opens && !closed.has(row.key)) return { toggle: row.key };
      return row.parent === null ? null : { to: rows.findIndex(({ key }) => key === row.parent) };
    default:
      return null;
  }
}
