import { expect, test } from 'vitest';

import { formatDuration, parseDuration, readableSpan } from './duration';

test.each([
  ['15s', 15_000],
  ['1h30m', 5_400_000],
  ['1d', 86_400_000],
  ['2w', 1_209_600_000],
  ['1y', 31_536_000_000],
  ['1m500ms', 60_500],
  ['250ms', 250],
  // A bare number is seconds, as the API takes it.
  ['90', 90_000],
  ['0.5', 500],
  [' 5m ', 300_000],
  ['', undefined],
  ['0s', undefined],
  ['5', 5_000],
  ['-5m', undefined],
  ['5min', undefined],
  ['m5', undefined],
  ['1m1h', undefined],
  ['1.5h', undefined],
])('reads %j as %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  [15_000, '15s'],
  [60_000, '1m'],
  [5_400_000, '1h30m'],
  [86_400_000, '1d'],
  [7 * 86_400_000, '1w'],
  // Eight days are no whole number of weeks.
  [8 * 86_400_000, '8d'],
  [365 * 86_400_000, '1y'],
  [366 * 86_400_000, '366d'],
  [1_500, '1s500ms'],
  [0, '0s'],
])('writes %s ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([1, 999, 1000, 61_000, 3_600_000, 90_061_001, 31_536_000_000, 123_456_789])(
  'reads back what it wrote for %s ms',
  (ms) => {
    expect(parseDuration(formatDuration(ms))).toBe(ms);
  },
);

test.each([
  [0.5, '500 µs'],
  [2.44, '2.4 ms'],
  [340, '340 ms'],
  [4_200, '4.2 s'],
  [42_000, '42 s'],
  [61_000, '1 min 1 s'],
  [11_520_000, '3 h 12 min'],
  [200_000_000, '2 d 7 h'],
])('says %s ms as %j', (ms, text) => {
  expect(readableSpan(ms)).toBe(text);
});
