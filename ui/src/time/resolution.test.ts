import { expect, test } from 'vitest';

import { parseDuration } from './duration';
import { type Density, gridOf, lengthOf, stepOf } from './resolution';

test.each<[string, Density, string]>([
  ['1h', 'medium', '15s'], // 3600 / 300 = 12 s, the next that people write is 15 s
  ['1h', 'low', '1m'], // 36 s
  ['1h', 'high', '5s'], // 3.6 s
  ['1m', 'medium', '1s'], // never finer than a second
  ['1d', 'medium', '5m'], // 288 s
  ['1w', 'medium', '1h'], // 2016 s
  ['2y', 'medium', '3d'], // 2.43 days: whole days beyond the list
])('a step for %s at %s resolution is %s', (range, density, step) => {
  const ms = stepOf(parseDuration(range) ?? 0, { kind: 'auto', density });
  expect(ms).toBe(parseDuration(step));
});

test('a fixed step is taken as it is', () => {
  expect(stepOf(3_600_000, { kind: 'fixed', stepMs: 7_000 })).toBe(7_000);
});

test.each([
  [1_000_007_000, 60_000, 15_000],
  [1_763_631_000_123, 3_600_000, 15_000],
  [1_763_631_000_123, 900_000, 1_500],
])('the grid ending at %s lies on multiples of its step', (endMs, rangeMs, stepMs) => {
  const grid = gridOf(endMs, rangeMs, stepMs);
  expect((grid.startSeconds * 1000) % stepMs).toBe(0);
  expect((grid.endSeconds * 1000) % stepMs).toBe(0);
  expect(grid.endSeconds * 1000).toBeLessThanOrEqual(endMs);
  expect(grid.endSeconds * 1000).toBeGreaterThan(endMs - stepMs);
  expect(lengthOf(grid)).toBe(rangeMs / stepMs + 1);
});

test('two refreshes within one step ask for the same points', () => {
  expect(gridOf(1_000_001_000, 60_000, 15_000)).toEqual(gridOf(1_000_004_999, 60_000, 15_000));
});
