import { expect, test } from 'vitest';

import type { Explanation } from '../../api/explanation';
import { moveOf, rowsOf } from './explainRows';

function node(name: string, ownSeconds: number, inputs: Explanation[] = []): Explanation {
  const totalSeconds = inputs.reduce((sum, input) => sum + input.totalSeconds, ownSeconds);
  const rest = { detail: '', steps: 1, series: 1, values: 1, samplesRead: 0, peakBytes: 0 };
  return { name, ownSeconds, totalSeconds, inputs, ...rest };
}

/** a / sum(b): 1 s, 2 s, 1 s, 4 s. */
const tree = node('/', 1, [node('a', 2), node('sum', 1, [node('b', 4)])]);
const none = new Set<string>();

test('rows come top down, each with its share of the time', () => {
  const rows = rowsOf(tree, none).map(({ key, level, node, share }) => [key, level, node.name, share]);
  expect(rows).toEqual([
    ['0', 1, '/', 1 / 8],
    ['0.0', 2, 'a', 2 / 8],
    ['0.1', 2, 'sum', 1 / 8],
    ['0.1.0', 3, 'b', 4 / 8],
  ]);
});

test('before a query has run there are rows without figures', () => {
  const outline = { name: 'sum', detail: '', inputs: [{ name: 'a', detail: '', inputs: [] }] };
  const rows = rowsOf(outline, none).map(({ key, figures, share }) => [key, figures, share]);
  expect(rows).toEqual([
    ['0', null, 0],
    ['0.0', null, 0],
  ]);
});

test('what is closed hides its inputs', () => {
  expect(rowsOf(tree, new Set(['0.1'])).map(({ key }) => key)).toEqual(['0', '0.0', '0.1']);
  expect(rowsOf(tree, new Set(['0'])).map(({ key }) => key)).toEqual(['0']);
});

test.each<[string, number, object | null]>([
  ['ArrowDown', 0, { to: 1 }],
  ['ArrowDown', 3, { to: 3 }],
  ['ArrowUp', 0, { to: 0 }],
  ['End', 0, { to: 3 }],
  ['Home', 3, { to: 0 }],
  ['ArrowRight', 2, { to: 3 }],
  ['ArrowRight', 3, null],
  ['ArrowLeft', 3, { to: 2 }],
  ['ArrowLeft', 2, { toggle: '0.1' }],
  ['x', 2, null],
])('%s at row %i', (key, index, expected) => {
  expect(moveOf(rowsOf(tree, none), index, key, none)).toEqual(expected);
});

test('right opens what is closed, left leaves it for its parent', () => {
  const closed = new Set(['0.1']);
  const rows = rowsOf(tree, closed);
  expect(moveOf(rows, 2, 'ArrowRight', closed)).toEqual({ toggle: '0.1' });
  expect(moveOf(rows, 2, 'ArrowLeft', closed)).toEqual({ to: 0 });
});
