import { expect, test } from 'vitest';

import type { Result } from '../../api/result';
import { countOf, histogramText, type Order, rowsOf, sortRows } from './rows';

const vector: Result = {
  type: 'vector',
  series: [
    { metric: { job: 'b' }, value: [1, '10'] },
    { metric: { job: 'c' }, value: [1, 'NaN'] },
    { metric: { job: 'a' }, value: [1, '9'] },
    { metric: { job: 'd' }, value: [1, '-Inf'] },
    { metric: { job: 'e' }, histogram: [1, { count: '9.5', sum: '1', buckets: [] }] },
  ],
};

test.each<[Order, string]>([
  [{ by: 'server' }, 'bcade'],
  [{ by: 'series', descending: false }, 'abcde'],
  [{ by: 'series', descending: true }, 'edcba'],
  [{ by: 'value', descending: false }, 'daebc'],
  [{ by: 'value', descending: true }, 'beadc'],
])('ordered by %o', (order, jobs) => {
  const sorted = sortRows(rowsOf(vector), order);
  expect(sorted.map(({ metric }) => metric?.job).join('')).toBe(jobs);
});

test('values stay as exact as the server wrote them', () => {
  const result: Result = { type: 'vector', series: [{ metric: {}, value: [1, '0.30000000000000004'] }] };
  expect(rowsOf(result)[0]?.values).toEqual([{ value: '0.30000000000000004' }]);
});

test('a range selector’s floats and histograms stand in the order of time', () => {
  const result: Result = {
    type: 'matrix',
    series: [
      {
        metric: {},
        values: [
          [1, 'a'],
          [3, 'c'],
        ],
        histograms: [[2, { count: '1', sum: '2', buckets: [] }]],
      },
    ],
  };
  expect(rowsOf(result)[0]?.values.map(({ timeSeconds }) => timeSeconds)).toEqual([1, 2, 3]);
});

test.each<[Result, string]>([
  [{ type: 'scalar', sample: [1, '42'] }, '1 value'],
  [{ type: 'string', sample: [1, 'x'] }, '1 value'],
  [vector, '5 series'],
])('%o is counted', (result, count) => {
  expect(countOf(result)).toBe(count);
});

test('a histogram is written with its bounds as intervals', () => {
  const text = histogramText({
    count: '6',
    sum: '3.5',
    buckets: [
      [3, '-0.001', '0.001', '1'],
      [0, '0.5', '1', '2'],
      [1, '-1', '-0.5', '3'],
      [2, '2', '+Inf', '0'],
    ],
  });
  expect(text.split('\n')).toEqual([
    'count 6, sum 3.5',
    '[-0.001, 0.001] 1',
    '(0.5, 1] 2',
    '[-1, -0.5) 3',
    '(2, +Inf) 0',
  ]);
});
