import { expect, test } from 'vitest';

import { readRefresh } from './useRefresh';

test.each([
  [null, 15_000, 15_000],
  [null, null, null],
  ['off', 15_000, null],
  ['5s', null, 5_000],
  ['1m', 15_000, 60_000],
  ['soon', 15_000, 15_000],
  // A link must not make a browser hammer a server.
  ['1ms', null, 1000],
])('refresh=%s with the default %s is %s', (text, fallback, ms) => {
  expect(readRefresh(text, fallback)).toBe(ms);
});
