import { expect, test } from 'vitest';

import { soloed, toggled } from './hidden';

test.each([
  [[], 1, [0, 2]],
  [[0, 2], 1, []],
  [[0, 2], 0, [1, 2]],
])('with %o hidden, a click on %s hides %o', (hidden, series, next) => {
  expect([...soloed(new Set(hidden), series, 3)]).toEqual(next);
});

test.each([
  [[], 1, [1]],
  [[1], 1, []],
])('with %o hidden, a click with Ctrl on %s hides %o', (hidden, series, next) => {
  expect([...toggled(new Set(hidden), series)]).toEqual(next);
});
