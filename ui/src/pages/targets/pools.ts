/** Targets by pool, counted and filtered: what the targets page shows. */

import type { ActiveTarget, DroppedTarget, Health, Targets } from '../../api/targets';

export interface Pool {
  name: string;
  /** Those that pass the filter. */
  targets: ActiveTarget[];
  counts: Record<Health, number>;
  dropped: DroppedTarget[];
  /** May be larger than the list, which servers cut. */
  droppedCount: number;
}

export interface Filter {
  health: ReadonlySet<Health>;
  text: string;
}

export const HEALTHS: Health[] = ['up', 'down', 'unknown'];

export function poolsOf(targets: Targets): Pool[] {
  const pools = new Map<string, Pool>();
  const pool = (name: string): Pool => {
    const known = pools.get(name);
    if (known) return known;
    const made: Pool = {
      name,
      targets: [],
      counts: { up: 0, down: 0, unknown: 0 },
      dropped: [],
      droppedCount: 0,
    };
    pools.set(name, made);
    return made;
  };
  for (const target of targets.activeTargets) {
    const home = pool(target.scrapePool);
    home.targets.push(target);
    home.counts[target.health] += 1;
  }
  for (const target of targets.droppedTargets) {
    const home = pool(target.scrapePool ?? target.discoveredLabels.job ?? '');
    home.dropped.push(target);
    home.droppedCount += 1;
  }
  for (const [name, count] of Object.entries(targets.droppedTargetCounts ?? {})) {
    if (count > 0) pool(name).droppedCount = count;
  }
  return [...pools.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Pools keep their counts; only the rows are filtered, and pools without a row left out while one filters. */
export function filterPools(pools: Pool[], filter: Filter): Pool[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const open = words.length === 0 && filter.health.size === 0;
  if (open) return pools;
  return pools
    .map((pool) => ({
      ...pool,
      targets: pool.targets.filter((target) => passes(target, filter.health, words)),
    }))
    .filter((pool) => pool.targets.length > 0);
}

function passes(target: ActiveTarget, health: ReadonlySet<Health>, words: string[]): boolean {
  if (health.size > 0 && !health.has(target.health)) return false;
  const haystack = [
    target.scrapePool,
    target.scrapeUrl,
    target.lastError,
    ...Object.entries(target.labels).map(([name, value]) => `${name}="${value}"`),
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => haystack.includes(word));
}
