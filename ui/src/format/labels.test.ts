import { expect, test } from 'vitest';

import type { Labels } from '../api/result';
import { briefNames, formatSeries } from './labels';

test.each<[Labels, string]>([
  [{}, '{}'],
  [{ __name__: 'up' }, 'up'],
  [{ job: 'host' }, '{job="host"}'],
  [{ __name__: 'up', job: 'host', instance: 'a:1' }, 'up{instance="a:1", job="host"}'],
  [{ __name__: 'up', path: 'C:\\x "y"\n' }, 'up{path="C:\\\\x \\"y\\"\\n"}'],
  [{ __name__: 'http.requests', 'my.label': 'x' }, '{"http.requests", "my.label"="x"}'],
])('%o is written %s', (labels, text) => {
  expect(formatSeries(labels)).toBe(text);
});

test.each<[Labels[], string[]]>([
  [[{ __name__: 'up', job: 'a' }], ['up{job="a"}']],
  [[{ __name__: 'up', job: 'a', instance: 'host:1' }], ['host:1']],
  [[], []],
  [
    [
      { __name__: 'up', job: 'a', zone: 'x' },
      { __name__: 'up', job: 'b', zone: 'x' },
    ],
    ['a', 'b'],
  ],
  [
    [
      { job: 'a', zone: 'x' },
      { job: 'b', zone: 'y' },
    ],
    ['a, x', 'b, y'],
  ],
  [
    [
      { __name__: 'up', job: 'a' },
      { __name__: 'down', job: 'a' },
    ],
    ['up', 'down'],
  ],
  // One has a label that the other lacks: without it, it is told apart by having none.
  [
    [{ job: 'a' }, { job: 'a', zone: 'y' }],
    ['{}', 'y'],
  ],
])('of %o only what differs is named', (series, names) => {
  expect(briefNames(series)).toEqual(names);
});
