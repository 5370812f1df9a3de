/** What is scraped, and how the last scrape of each went. */

import { list, map, number, oneOf, optional, record, text, withDefault } from './decode';
import { request } from './envelope';
import type { Labels } from './result';

export type Health = 'up' | 'down' | 'unknown';

export interface ActiveTarget {
  discoveredLabels: Labels;
  labels: Labels;
  scrapePool: string;
  scrapeUrl: string;
  globalUrl: string;
  lastError: string;
  /** RFC 3339; the year 1 before the first scrape. */
  lastScrape: string;
  /** Seconds. */
  lastScrapeDuration: number;
  health: Health;
  scrapeInterval: string;
  scrapeTimeout: string;
}

export interface DroppedTarget {
  discoveredLabels: Labels;
  scrapePool: string | undefined;
}

export interface Targets {
  activeTargets: ActiveTarget[];
  droppedTargets: DroppedTarget[];
  /** By pool. Older servers do not say; then the list is complete and can be counted. */
  droppedTargetCounts: Record<string, number> | undefined;
}

const labels = withDefault(map(text), {});

const targets = record<Targets>({
  activeTargets: list(
    record<ActiveTarget>({
      discoveredLabels: labels,
      labels,
      scrapePool: text,
      scrapeUrl: text,
      globalUrl: withDefault(text, ''),
      lastError: withDefault(text, ''),
      lastScrape: withDefault(text, ''),
      lastScrapeDuration: withDefault(number, 0),
      health: oneOf('up', 'down', 'unknown'),
      scrapeInterval: withDefault(text, ''),
      scrapeTimeout: withDefault(text, ''),
    }),
  ),
  droppedTargets: withDefault(
    list(record<DroppedTarget>({ discoveredLabels: labels, scrapePool: optional(text) })),
    [],
  ),
  droppedTargetCounts: optional(map(number)),
});

export async function fetchTargets(signal?: AbortSignal): Promise<Targets> {
  return (await request({ path: '/targets', data: targets, ...(signal && { signal }) })).data;
}
