import { expect, test } from 'vitest';

import type { RangeSeries, Sample } from '../api/result';
import { frameOf, lonelyPoints } from './frame';

const series = (...values: Sample[]): RangeSeries => ({ metric: {}, values, histograms: [] });
const grid = { startSeconds: 100, endSeconds: 140, stepSeconds: 10 };

test.each<[string, RangeSeries, (number | null)[]]>([
  ['complete', series([100, '1'], [110, '2'], [120, '3'], [130, '4'], [140, '5']), [1, 2, 3, 4, 5]],
  ['with a gap', series([100, '1'], [110, '2'], [140, '5']), [1, 2, null, null, 5]],
  ['that begins late', series([130, '4'], [140, '5']), [null, null, null, 4, 5]],
  [
    'with values that have no height',
    series([100, 'NaN'], [110, '+Inf'], [120, '-Inf'], [130, '0']),
    [null, null, null, 0, null],
  ],
  ['without samples', series(), [null, null, null, null, null]],
  ['with samples outside the grid', series([90, '1'], [150, '2']), [null, null, null, null, null]],
])('a series %s becomes a column with gaps', (_, one, column) => {
  expect(frameOf([one], grid).columns).toEqual([column]);
});

test('times are the grid’s, whatever the series have', () => {
  expect(frameOf([], grid).times).toEqual([100, 110, 120, 130, 140]);
});

test('a step that is no whole number of seconds finds its places', () => {
  const fine = { startSeconds: 0, endSeconds: 0.3, stepSeconds: 0.1 };
  expect(frameOf([series([0.1, '1'], [0.3, '3'])], fine).columns).toEqual([[null, 1, null, 3]]);
});

test.each([
  [
    [1, null, 2, 3, null, 4],
    [0, 5],
  ],
  [[null, 7, null], [1]],
  [[1, 2], []],
  [[], []],
])('in %o the points %o stand alone', (column, lonely) => {
  expect(lonelyPoints(column)).toEqual(lonely);
});
