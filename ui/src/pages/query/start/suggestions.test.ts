import { expect, test } from 'vitest';

import { drawable, suggestions } from './suggestions';

test.each([
  [[], []],
  [['up'], ['Targets that are up']],
  [
    ['up', 'node_load1', 'scrape_duration_seconds'],
    ['Load', 'Scrape durations', 'Targets that are up'],
  ],
  // Half of what the expression needs is not enough.
  [['node_memory_MemTotal_bytes'], []],
])('from %o one can draw %o', (names, titles) => {
  expect(drawable(names).map(({ title }) => title)).toEqual(titles);
});

test('each expression uses the metrics that it says it needs', () => {
  for (const { metrics, expr } of suggestions.flatMap(({ choices }) => choices)) {
    for (const metric of metrics) expect(expr).toContain(metric);
  }
});
