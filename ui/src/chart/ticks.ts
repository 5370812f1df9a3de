/** What stands at the ticks of the two axes. */

import { formatValue, type Unit } from '../format/unit';
import { formatDay, two, wall, type Zone } from '../time/wall';

const DAY_SECONDS = 86_400;

/** Times of day, with the date under the first one and wherever a new day begins. */
export function timeTicks(seconds: number[], stepSeconds: number, zone: Zone): string[] {
  let shown = '';
  return seconds.map((at) => {
    const parts = wall(at * 1000, zone);
    const day = formatDay(parts);
    if (stepSeconds >= DAY_SECONDS) return day;
    const clock = `${two(parts.hour)}:${two(parts.minute)}`;
    const time = stepSeconds < 60 ? `${clock}:${two(parts.second)}` : clock;
    if (day === shown) return time;
    shown = day;
    return `${time}\n${day}`;
  });
}

/** As many digits as tell neighbouring ticks apart. */
export function valueTicks(values: number[], step: number, unit: Unit): string[] {
  const largest = Math.max(...values.map(Math.abs), step);
  const digits = Math.min(12, Math.max(3, Math.ceil(Math.log10(largest / step)) + 2));
  return values.map((value) => formatValue(Math.abs(value) < step / 1e6 ? 0 : value, unit, digits));
}

/** Steps between ticks for units that people do not count in tens. */
export function stepsOf(unit: Unit): number[] | undefined {
  if (unit === 'bytes' || unit === 'bytes/s') {
    return Array.from({ length: 6 }, (_, power) =>
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((n) => n * 1024 ** power),
    ).flat();
  }
  if (unit === 'seconds') {
    const small = [-9, -8, -7, -6, -5, -4, -3, -2, -1].flatMap((power) =>
      [1, 2, 5].map((n) => Number(`${n}e${power}`)),
    );
    const spans = [
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
    ];
    return [...small, ...spans, ...[2, 5, 10, 20, 50, 100, 365, 730, 3650].map((days) => days * DAY_SECONDS)];
  }
  return undefined;
}
