/** What stands under the pointer: time, value and labels of the nearest line, and a dot on it. */

import { useComputedColorScheme } from '@mantine/core';

import { partsOf } from '../format/labels';
import { formatValue, type Unit } from '../format/unit';
import { useSettings } from '../settings/settings';
import { formatInstant } from '../time/wall';
import type { Column, Frame } from './frame';
import { nearestSeries } from './nearest';
import { colourOf } from './palette';
import type { Point } from './plot';
import classes from './Chart.module.css';

interface TipProps {
  point: Point;
  frame: Frame;
  drawn: Column[];
  hidden: ReadonlySet<number>;
  unit: Unit;
}

export function Tip({ point, frame, drawn, hidden, unit }: TipProps) {
  const scheme = useComputedColorScheme('light');
  const { zone } = useSettings();
  const series = nearestSeries(drawn, point.index, point.value, hidden);
  const time = frame.times[point.index];
  const chart = point.plot;
  if (series === undefined || time === undefined) return null;
  const height = drawn[series]?.[point.index];
  const value = frame.columns[series]?.[point.index];
  const metric = frame.labels[series];
  if (height == null || metric === undefined) return null;

  const ratio = window.devicePixelRatio || 1;
  const origin = { left: chart.bbox.left / ratio, top: chart.bbox.top / ratio };
  const dot = {
    left: origin.left + chart.valToPos(time, 'x'),
    top: origin.top + chart.valToPos(height, 'y'),
  };
  const { name, labels } = partsOf(metric);
  const colour = colourOf(series, scheme);
  const flip = point.left > chart.bbox.width / ratio / 2;
  const side = flip ? { right: `calc(100% - ${dot.left - 14}px)` } : { left: dot.left + 14 };
  return (
    <>
      <span className={classes.dot} style={{ ...dot, background: colour }} />
      <div className={classes.tip} style={{ ...side, top: origin.top + 8 }} aria-hidden>
        <div className={classes.tipTime}>{formatInstant(time * 1000, zone)}</div>
        <div className={classes.tipValue}>
          <span className={classes.swatch} style={{ background: colour }} />
          <strong>{value == null ? 'no sample' : formatValue(value, unit, 6)}</strong>
        </div>
        {name !== '' && <div className={classes.tipName}>{name}</div>}
        {labels.map(([label, text]) => (
          <div key={label}>
            <span className={classes.tipLabel}>{label}</span> {text.slice(1, -1)}
          </div>
        ))}
      </div>
    </>
  );
}
