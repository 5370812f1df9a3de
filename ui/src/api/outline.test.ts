import { expect, test } from 'vitest';

import { outline } from './outline';

const name = { name: '__name__', value: 'up', type: '=' };
const select = {
  type: 'vectorSelector',
  name: 'up',
  matchers: [name],
  offset: 0,
  timestamp: null,
  startOrEnd: null,
  anchored: false,
  smoothed: false,
};
const none = { name: 'select', detail: '{__name__="up"}', inputs: [] };

test.each<[string, object, object]>([
  ['a selector', select, none],
  [
    'moved, pinned and smoothed',
    { ...select, offset: -90_000, timestamp: 1500, smoothed: true },
    { ...none, detail: '{__name__="up"} smoothed @ 1.5 offset -1m30s' },
  ],
  [
    'a range',
    { ...select, type: 'matrixSelector', range: 300_000, startOrEnd: 'end' },
    { ...none, detail: '{__name__="up"}[5m] @ end()' },
  ],
  [
    'a range that is computed',
    { ...select, type: 'matrixSelector', range: 0 },
    { ...none, detail: '{__name__="up"}[…]' },
  ],
  [
    'a subquery in parentheses',
    { type: 'parenExpr', expr: { ...select, type: 'subquery', expr: select, range: 60_000, step: 0 } },
    { name: 'subquery', detail: '[1m:]', inputs: [none] },
  ],
  [
    'an aggregation with a parameter',
    {
      type: 'aggregation',
      op: 'topk',
      param: { type: 'numberLiteral', val: '3' },
      expr: select,
      grouping: ['job'],
      without: false,
    },
    {
      name: 'topk',
      detail: 'by (job)',
      inputs: [{ name: 'number', detail: '3', inputs: [] }, none],
    },
  ],
  [
    'an operator between vectors',
    {
      type: 'binaryExpr',
      op: '>',
      lhs: select,
      rhs: select,
      bool: true,
      matching: {
        card: 'many-to-one',
        labels: ['job'],
        on: true,
        include: ['zone'],
        fillValues: { lhs: null, rhs: 0 },
      },
    },
    { name: '>', detail: 'bool on (job) group_left (zone) fill_right (0)', inputs: [none, none] },
  ],
  [
    'a call',
    { type: 'call', func: { name: 'abs' }, args: [select] },
    { name: 'abs', detail: '', inputs: [none] },
  ],
  ['what is not known yet', { type: 'newNode' }, { name: 'newNode', detail: '', inputs: [] }],
])('%s', (_, tree, expected) => {
  expect(outline(tree, 'data')).toEqual(expected);
});
