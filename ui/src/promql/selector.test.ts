import { EqlRegex, EqlSingle, Neq, NeqRegex } from '@prometheus-io/lezer-promql';
import { expect, test } from 'vitest';

import { type Matcher, selectorOf } from './selector';

const job: Matcher = { type: EqlSingle, name: 'job', value: 'a"b' };

test.each<[string | undefined, Matcher[], string, string | undefined]>([
  [undefined, [], 'job', undefined],
  ['', [], 'job', undefined],
  ['up', [], 'job', '{__name__="up"}'],
  ['up', [job], 'zone', '{__name__="up",job="a\\"b"}'],
  // The label that is being typed must not narrow its own values.
  ['up', [job], 'job', '{__name__="up"}'],
  [undefined, [{ type: EqlSingle, name: 'zone', value: '' }], 'job', undefined],
  [
    undefined,
    [
      { type: Neq, name: 'a', value: '1' },
      { type: EqlRegex, name: 'b', value: '2|3' },
      { type: NeqRegex, name: 'c', value: '4.*' },
    ],
    'job',
    '{a!="1",b=~"2|3",c!~"4.*"}',
  ],
])('%s with %o, completing %s, asks for %s', (metric, matchers, label, selector) => {
  expect(selectorOf(metric, matchers, label)).toBe(selector);
});
