import { expect, test } from 'vitest';

import { startRange } from './startRange';

const NOW = Date.UTC(2026, 10, 20, 9, 30);

test.each([
  ['2026-11-20T09:29:50Z', 2],
  ['2026-11-20T09:27:00Z', 5],
  ['2026-11-20T09:20:00.123456789Z', 15],
  ['2026-11-20T09:10:00Z', 30],
  ['2020-01-01T00:00:00Z', 30],
  // A server whose clock is ahead has just started.
  ['2026-11-20T09:31:00Z', 2],
  [undefined, 30],
  ['who knows', 30],
])('a server up since %s shows %s minutes', (startTime, minutes) => {
  expect(startRange(startTime, NOW)).toBe(minutes * 60_000);
});
