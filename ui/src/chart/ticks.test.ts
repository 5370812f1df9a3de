import { expect, test } from 'vitest';

import type { Unit } from '../format/unit';
import { stepsOf, timeTicks, valueTicks } from './ticks';

const at = (text: string) => Date.parse(text) / 1000;

test.each([
  [['2026-11-20T09:00:00Z', '2026-11-20T09:05:00Z'], 300, ['09:00\n2026-11-20', '09:05']],
  [['2026-11-20T23:55:00Z', '2026-11-21T00:00:00Z'], 300, ['23:55\n2026-11-20', '00:00\n2026-11-21']],
  [['2026-11-20T09:00:05Z', '2026-11-20T09:00:10Z'], 5, ['09:00:05\n2026-11-20', '09:00:10']],
  [['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'], 86_400, ['2026-11-20', '2026-11-21']],
])('ticks at %o are read as %#', (times, step, labels) => {
  expect(timeTicks(times.map(at), step, 'utc')).toEqual(labels);
});

test.each<[number[], number, Unit, string[]]>([
  [[0, 0.5, 1], 0.5, 'none', ['0', '0.5', '1']],
  [[0, 2 ** 20, 2 ** 21], 2 ** 20, 'bytes', ['0 B', '1 MiB', '2 MiB']],
  // Values far from zero need more digits to be told apart.
  [[1_000_010, 1_000_020], 10, 'none', ['1.00001 M', '1.00002 M']],
  // What adding steps in binary leaves over is zero.
  [[-0.1, 1e-17, 0.1], 0.1, 'none', ['−0.1', '0', '0.1']],
])('ticks %o in steps of %s %s', (values, step, unit, labels) => {
  expect(valueTicks(values, step, unit)).toEqual(labels);
});

test.each<Unit>(['bytes', 'bytes/s', 'seconds'])('steps for %s grow', (unit) => {
  const steps = stepsOf(unit) ?? [];
  expect(steps.length).toBeGreaterThan(20);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
});

test('plain numbers keep the steps of ten that the chart has by itself', () => {
  expect(stepsOf('none')).toBeUndefined();
});
