import { expect, test } from 'vitest';

import type { Column } from './frame';
import { stack } from './stack';

test.each<[string, Column[], number[], Column[]]>([
  [
    'piles each on the one before',
    [
      [1, 2],
      [10, 20],
      [100, 200],
    ],
    [],
    [
      [1, 2],
      [11, 22],
      [111, 222],
    ],
  ],
  [
    'lets a missing sample add nothing',
    [
      [1, null],
      [10, 20],
    ],
    [],
    [
      [1, 0],
      [11, 20],
    ],
  ],
  [
    'keeps a gap that all have',
    [
      [1, null, 3],
      [10, null, 30],
    ],
    [],
    [
      [1, null, 3],
      [11, null, 33],
    ],
  ],
  ['leaves hidden series out', [[1], [10], [100]], [1], [[1], [10], [101]]],
  [
    'takes a gap of the visible for a gap',
    [
      [1, null],
      [10, 20],
    ],
    [1],
    [
      [1, null],
      [10, 20],
    ],
  ],
])('%s', (_, columns, hidden, piled) => {
  expect(stack(columns, new Set(hidden))).toEqual(piled);
});
