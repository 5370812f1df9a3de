import { expect, test } from 'vitest';

import { DecodeError } from './decode';
import { result } from './result';

test.each([
  [
    { resultType: 'vector', result: [{ metric: { a: 'b' }, value: [1.5, 'NaN'] }] },
    { type: 'vector', series: [{ metric: { a: 'b' }, value: [1.5, 'NaN'], histogram: undefined }] },
  ],
  [
    {
      resultType: 'vector',
      result: [{ metric: {}, histogram: [1, { count: '1', sum: '2', buckets: [[0, '1', '2', '1']] }] }],
    },
    {
      type: 'vector',
      series: [
        {
          metric: {},
          value: undefined,
          histogram: [1, { count: '1', sum: '2', buckets: [[0, '1', '2', '1']] }],
        },
      ],
    },
  ],
  [
    { resultType: 'matrix', result: [{ metric: {}, values: [[1, '2']] }] },
    { type: 'matrix', series: [{ metric: {}, values: [[1, '2']], histograms: [] }] },
  ],
  [
    { resultType: 'scalar', result: [1, '2'] },
    { type: 'scalar', sample: [1, '2'] },
  ],
  [
    { resultType: 'string', result: [1, 'x'] },
    { type: 'string', sample: [1, 'x'] },
  ],
  [
    { resultType: 'vector', result: [] },
    { type: 'vector', series: [] },
  ],
])('reads %o', (json, value) => {
  expect(result(json, 'data')).toEqual(value);
});

test.each([
  [{ resultType: 'table', result: [] }, 'data.resultType'],
  [{ resultType: 'vector', result: {} }, 'data.result'],
  [{ resultType: 'vector', result: [{ metric: { a: 1 }, value: [1, '2'] }] }, 'data.result[0].metric.a'],
  [{ resultType: 'matrix', result: [{ metric: {}, values: [[1, 2]] }] }, 'data.result[0].values[0]'],
  [[], 'data'],
])('refuses %o and says where', (json, path) => {
  expect(() => result(json, 'data')).toThrow(DecodeError);
  expect(() => result(json, 'data')).toThrow(`${path} should be`);
});
