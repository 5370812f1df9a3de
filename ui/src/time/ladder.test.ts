import { expect, test } from 'vitest';

import { formatDuration, parseDuration } from './duration';
import { longerRange, shorterRange } from './ladder';

test.each([
  ['1h', '30m', '2h'],
  // Between two rungs: to the nearest on either side.
  ['45m', '30m', '1h'],
  // At the ends it stays.
  ['1m', '1m', '5m'],
  ['2y', '1y', '2y'],
])('from %s down to %s and up to %s', (range, shorter, longer) => {
  const ms = parseDuration(range) ?? 0;
  expect(formatDuration(shorterRange(ms))).toBe(shorter);
  expect(formatDuration(longerRange(ms))).toBe(longer);
});
