import { expect, test } from 'vitest';

import { heightOf } from './plot';

test.each([
  ['nothing to show', null, null, false, [0, 1]],
  ['a constant', 4, 4, false, [0, 6]],
  ['constant zero', 0, 0, false, [0, 1]],
  ['a constant below zero', -4, -4, false, [-6, 0]],
  ['values near zero', 1, 101, false, [0, 107]],
  ['values far from zero', 1000, 1100, false, [994, 1106]],
  ['a pile', 1000, 1100, true, [0, 1106]],
  ['both signs', -50, 50, false, [-56, 56]],
])('the scale for %s', (_, low, high, stacked, range) => {
  expect(heightOf(low, high, stacked)).toEqual(range);
});
