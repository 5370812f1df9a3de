/** A chart with its legend: which series are shown is the reader's choice, made by clicking. */

import { useMemo, useState } from 'react';

import type { RangeSeries } from '../api/result';
import { unitOf } from '../format/unitOf';
import type { Grid } from '../time/resolution';
import Chart from './Chart';
import { frameOf } from './frame';
import { Legend } from './Legend';

interface GraphProps {
  series: RangeSeries[];
  grid: Grid;
  expr: string;
  stacked: boolean;
  height: number;
  onZoom: (startMs: number, endMs: number) => void;
  /** Leaves out labels that all series share. */
  brief?: boolean;
}

const NONE: ReadonlySet<number> = new Set();

export default function Graph({ series, grid, expr, stacked, height, onZoom, brief = false }: GraphProps) {
  const frame = useMemo(() => frameOf(series, grid), [series, grid]);
  const [choice, setChoice] = useState<{ of: string; hidden: ReadonlySet<number> }>({
    of: expr,
    hidden: NONE,
  });
  // A choice belongs to the series of one expression: it must not hide another's.
  const hidden = choice.of === expr ? choice.hidden : NONE;
  return (
    <>
      <Chart
        frame={frame}
        grid={grid}
        unit={unitOf(expr)}
        stacked={stacked}
        hidden={hidden}
        height={height}
        summary={`Graph of ${expr}: ${series.length} series`}
        onZoom={onZoom}
      />
      <Legend
        labels={frame.labels}
        hidden={hidden}
        brief={brief}
        onHidden={(next) => setChoice({ of: expr, hidden: next })}
      />
    </>
  );
}
