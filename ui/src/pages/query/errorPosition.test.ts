import { expect, test } from 'vitest';

import { pointInto } from './errorPosition';

test.each([
  // The API's own words, and the bare error.
  [
    'invalid parameter "query": 1:5: parse error: unexpected end of input',
    'sum(',
    { line: 1, column: 5, source: 'sum(', message: 'parse error: unexpected end of input' },
  ],
  [
    '2:1: parse error: unexpected ")"',
    'sum(up)\n)',
    { line: 2, column: 1, source: ')', message: 'parse error: unexpected ")"' },
  ],
  // Places that the expression does not have, and errors without one.
  ['9:1: parse error: x', 'up', undefined],
  ['1:40: parse error: x', 'up', undefined],
  ['query timed out in expression evaluation', 'up', undefined],
])('in %j', (message, expr, pointed) => {
  expect(pointInto(message, expr)).toEqual(pointed);
});
