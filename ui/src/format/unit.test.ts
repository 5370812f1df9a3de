import { expect, test } from 'vitest';

import { formatValue, type Unit } from './unit';

test.each<[number, Unit, string]>([
  [0, 'none', '0'],
  [0.5, 'none', '0.5'],
  [1234.6, 'none', '1.235 k'],
  [2_500_000, 'none', '2.5 M'],
  [-2_500_000, 'none', '−2.5 M'],
  [0.000_12, 'none', '120 µ'],
  [1e18, 'none', '1.00e+18'],
  [NaN, 'none', 'NaN'],
  [Infinity, 'none', '+Inf'],
  [-Infinity, 'seconds', '−Inf'],
  [512, 'bytes', '512 B'],
  [12_345, 'bytes', '12.06 KiB'],
  [3 * 2 ** 30, 'bytes', '3 GiB'],
  [2048, 'bytes/s', '2 KiB/s'],
  [0, 'bytes/s', '0 B/s'],
  [0, 'seconds', '0 s'],
  [0.0042, 'seconds', '4.2 ms'],
  [0.000_000_7, 'seconds', '700 ns'],
  [42, 'seconds', '42 s'],
  [90, 'seconds', '1.5 min'],
  [7200, 'seconds', '2 h'],
  [172_800, 'seconds', '2 d'],
  [0.253, 'ratio', '25.3 %'],
])('%s in %s is %j', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});
