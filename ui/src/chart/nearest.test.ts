import { expect, test } from 'vitest';

import { nearestSeries } from './nearest';

const drawn = [
  [1, 5],
  [2, null],
  [3, 6],
];

test.each([
  [0, 1.9, [], 1],
  [0, 9, [], 2],
  [0, 1.9, [1], 0],
  [1, 5.4, [], 0],
  [1, 0, [0, 2], undefined],
])('at index %s and height %s without %o it is %s', (index, value, hidden, series) => {
  expect(nearestSeries(drawn, index, value, new Set(hidden))).toBe(series);
});
