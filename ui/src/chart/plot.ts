/** uPlot's options for a frame: scales, axes, lines and what the mouse does. No React in here. */

import type uPlot from 'uplot';

import type { Unit } from '../format/unit';
import type { Grid } from '../time/resolution';
import type { Zone } from '../time/wall';
import { type Column, lonelyPoints } from './frame';
import { colourOf, dashOf, type Scheme } from './palette';
import { stepsOf, timeTicks, valueTicks } from './ticks';

export interface Look {
  scheme: Scheme;
  unit: Unit;
  zone: Zone;
  stacked: boolean;
  hidden: ReadonlySet<number>;
  width: number;
  height: number;
}

export interface Reactions {
  /** Seconds, from a drag across the plot. */
  onZoom: (startSeconds: number, endSeconds: number) => void;
  /** `undefined` when the pointer leaves. */
  onPoint: (point: Point | undefined) => void;
}

/** Where the pointer is: pixels inside the plot, the grid index and the value at that height. */
export interface Point {
  plot: uPlot;
  left: number;
  top: number;
  index: number;
  value: number;
}

/** A drag shorter than this many pixels was a click. */
const DRAG_MIN = 6;
const FONT = '12px system-ui, sans-serif';
/** Lines of many series are drawn thin and whole: wide and dashed ones are much slower, and hide each other. */
const THIN_FROM = 40;

export function plotOptions(grid: Grid, drawn: Column[], look: Look, react: Reactions): uPlot.Options {
  return {
    width: look.width,
    height: look.height,
    padding: [12, 22, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false, dist: DRAG_MIN },
    },
    scales: {
      x: { time: true, range: () => [grid.startSeconds, grid.endSeconds] },
      y: { range: (_, low, high) => heightOf(low, high, look.stacked) },
    },
    axes: axes(look),
    series: [{}, ...drawn.map((column, index) => line(column, index, drawn.length, look))],
    bands: look.stacked ? bands(drawn.length, look.hidden) : [],
    hooks: { setSelect: [(plot) => zoom(plot, react)], setCursor: [(plot) => react.onPoint(pointOf(plot))] },
  };
}

/** Room above and below; zero is in sight when values are near it, or stand on each other. */
export function heightOf(low: number | null, high: number | null, stacked: boolean): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  if (low === high) return low === 0 ? [0, 1] : low > 0 ? [0, low * 1.5] : [low * 1.5, 0];
  const room = (high - low) * 0.06;
  const nearZero = stacked || (low >= 0 && low < high * 0.5);
  const bottom = low >= 0 && (nearZero || low - room < 0) ? 0 : low - room;
  const top = high <= 0 && (stacked || high + room > 0) ? 0 : high + room;
  return [bottom, top];
}

function axes(look: Look): uPlot.Axis[] {
  const text = variable('--chart-text');
  const lines = { stroke: variable('--chart-grid'), width: 1 };
  const shared = { stroke: text, font: FONT, grid: lines, ticks: { ...lines, size: 5 } };
  const steps = stepsOf(look.unit);
  return [
    {
      ...shared,
      space: 58,
      size: 42,
      values: (_, splits, _axis, _space, step) => timeTicks(splits, step, look.zone),
    },
    {
      ...shared,
      ...(steps && { incrs: steps }),
      size: (plot, values) => widthOf(plot, values),
      values: (_, splits, _axis, _space, step) => valueTicks(splits, step, look.unit),
    },
  ];
}

function widthOf(plot: uPlot, values: string[] | null): number {
  if (!values) return 50;
  plot.ctx.save();
  plot.ctx.font = FONT;
  const widest = Math.max(0, ...values.map((value) => plot.ctx.measureText(value).width));
  plot.ctx.restore();
  return Math.ceil(widest) + 18;
}

function line(column: Column, index: number, count: number, look: Look): uPlot.Series {
  const colour = colourOf(index, look.scheme);
  const lonely = lonelyPoints(column);
  const dash = look.stacked || count > THIN_FROM ? [] : dashOf(index);
  return {
    show: !look.hidden.has(index),
    stroke: colour,
    width: count > THIN_FROM ? 1 : 1.5,
    spanGaps: false,
    ...(dash.length > 0 && { dash }),
    ...(look.stacked && { fill: `${colour}59` }),
    points: { show: lonely.length > 0, filter: () => lonely, size: 4, fill: colour },
  };
}

/** Each visible series is filled down to the visible one below it; the lowest down to zero. */
function bands(count: number, hidden: ReadonlySet<number>): uPlot.Band[] {
  const visible = Array.from({ length: count }, (_, index) => index).filter((index) => !hidden.has(index));
  return visible.slice(1).map((upper, below) => ({ series: [upper + 1, (visible[below] ?? 0) + 1] }));
}

function zoom(plot: uPlot, react: Reactions): void {
  const { left, width } = plot.select;
  if (width < DRAG_MIN) return;
  const start = plot.posToVal(left, 'x');
  const end = plot.posToVal(left + width, 'x');
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  react.onZoom(start, end);
}

function pointOf(plot: uPlot): Point | undefined {
  const { left, top, idx } = plot.cursor;
  if (left === undefined || top === undefined || idx == null || left < 0 || top < 0) return undefined;
  return { plot, left, top, index: idx, value: plot.posToVal(top, 'y') };
}

function variable(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
