/** All metrics with what is known of them, and the search through them. */

import type { MetricMetadata } from '../../../api/metrics';

export interface Metric {
  name: string;
  /** Empty for recorded series and for what was pushed: nobody said. */
  type: string;
  help: string;
}

/** Parts that a histogram or summary exposes beside its own name. */
const PART = /_(bucket|count|sum|total|created)$/;

export function describe(names: string[], metadata: Record<string, MetricMetadata[]>): Metric[] {
  return names.map((name) => {
    const known = metadata[name]?.[0] ?? metadata[name.replace(PART, '')]?.[0];
    return { name, type: known?.type ?? '', help: known?.help ?? '' };
  });
}

/** Every word must occur in name, type or help. Names that begin with the text come first, then names that hold it. */
export function search(metrics: Metric[], text: string): Metric[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const first = words[0];
  if (first === undefined) return metrics;
  const rank = ({ name }: Metric) =>
    name.startsWith(first) ? 0 : name.toLowerCase().includes(first) ? 1 : 2;
  return metrics
    .filter(({ name, type, help }) => {
      const haystack = `${name} ${type} ${help}`.toLowerCase();
      return words.every((word) => haystack.includes(word));
    })
    .sort((a, b) => rank(a) - rank(b));
}
