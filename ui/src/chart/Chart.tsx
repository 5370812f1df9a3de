/**
 * A range query's result, drawn.
 *
 * The picture itself says little to a screen reader, so it has a summary for a name; the values are in the
 * table beside it.
 */

import 'uplot/dist/uPlot.min.css';

import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';

import type { Unit } from '../format/unit';
import { useSettings } from '../settings/settings';
import type { Grid } from '../time/resolution';
import classes from './Chart.module.css';
import type { Frame } from './frame';
import { plotOptions, type Point } from './plot';
import { stack } from './stack';
import { Tip } from './Tip';

export interface ChartProps {
  frame: Frame;
  grid: Grid;
  unit: Unit;
  stacked: boolean;
  hidden: ReadonlySet<number>;
  height: number;
  /** What the picture shows, in a sentence. */
  summary: string;
  onZoom: (startMs: number, endMs: number) => void;
}

export default function Chart({ frame, grid, unit, stacked, hidden, height, summary, onZoom }: ChartProps) {
  const scheme = useComputedColorScheme('light');
  const { zone } = useSettings();
  const { ref: frameRef, width } = useElementSize();
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const [point, setPoint] = useState<Point>();
  const drawn = useMemo(
    () => (stacked ? stack(frame.columns, hidden) : frame.columns),
    [frame, stacked, hidden],
  );
  const zoomed = useEffectEvent((start: number, end: number) => onZoom(start * 1000, end * 1000));
  const size = useEffectEvent(() => ({ width, height }));

  const ready = width > 0;
  useEffect(() => {
    if (!holder.current || !ready) return;
    const look = { scheme, unit, zone, stacked, hidden, ...size() };
    const options = plotOptions(grid, drawn, look, { onZoom: zoomed, onPoint: setPoint });
    const made = new uPlot(options, [frame.times, ...drawn], holder.current);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [ready, grid, frame.times, drawn, scheme, unit, zone, stacked, hidden]);

  useEffect(() => {
    if (width > 0) plot.current?.setSize({ width, height });
  }, [width, height]);

  return (
    <div
      ref={frameRef}
      className={classes.frame}
      style={{ height }}
      onPointerLeave={() => setPoint(undefined)}
    >
      <div ref={holder} role="img" aria-label={summary} />
      {point && <Tip point={point} frame={frame} drawn={drawn} hidden={hidden} unit={unit} />}
    </div>
  );
}
