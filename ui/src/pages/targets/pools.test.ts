import { expect, test } from 'vitest';

import type { ActiveTarget, Health, Targets } from '../../api/targets';
import { filterPools, poolsOf } from './pools';
import { readFilter } from './useTargetFilter';

function target(scrapePool: string, health: Health, lastError = ''): ActiveTarget {
  return {
    ...{ scrapePool, health, lastError, globalUrl: '', lastScrape: '', lastScrapeDuration: 0 },
    ...{ scrapeInterval: '15s', scrapeTimeout: '10s', discoveredLabels: {} },
    scrapeUrl: `http://${scrapePool}:80/metrics`,
    labels: { job: scrapePool, zone: 'Berlin' },
  };
}

const targets: Targets = {
  activeTargets: [target('web', 'up'), target('db', 'down', 'connection refused'), target('web', 'unknown')],
  droppedTargets: [
    { scrapePool: 'web', discoveredLabels: {} },
    { scrapePool: undefined, discoveredLabels: { job: 'old' } },
  ],
  droppedTargetCounts: undefined,
};

test('pools are in order, counted, and know what was dropped', () => {
  const pools = poolsOf(targets).map(({ name, counts, droppedCount }) => ({ name, ...counts, droppedCount }));
  expect(pools).toEqual([
    { name: 'db', up: 0, down: 1, unknown: 0, droppedCount: 0 },
    { name: 'old', up: 0, down: 0, unknown: 0, droppedCount: 1 },
    { name: 'web', up: 1, down: 0, unknown: 1, droppedCount: 1 },
  ]);
});

test('the server’s count of dropped targets holds where its list was cut', () => {
  const cut = { ...targets, droppedTargetCounts: { web: 900, db: 0 } };
  expect(poolsOf(cut).map(({ name, droppedCount }) => [name, droppedCount])).toEqual([
    ['db', 0],
    ['old', 1],
    ['web', 900],
  ]);
});

test.each([
  ['', ['db:1', 'old:0', 'web:2']],
  ['health=down', ['db:1']],
  ['health=up,unknown', ['web:2']],
  ['health=nonsense', ['db:1', 'old:0', 'web:2']],
  ['search=refused', ['db:1']],
  ['search=berlin%20web', ['web:2']],
  ['search=job%3D%22web%22&health=up', ['web:1']],
  ['search=nowhere', []],
])('?%s leaves %o', (search, left) => {
  const pools = filterPools(poolsOf(targets), readFilter(search));
  expect(pools.map(({ name, targets: rows }) => `${name}:${rows.length}`)).toEqual(left);
});
