/** Every cached request of the UI by name: its key and how it is fetched. Pages and prefetching share these. */

import { queryOptions } from '@tanstack/react-query';

import { fetchLabelNames, fetchLabelValues } from './labels';
import { fetchMetadata, fetchMetricNames } from './metrics';
import { fetchRunning } from './queries';
import { fetchBuild, fetchConfig, fetchFlags, fetchRuntime, fetchTsdbStatus } from './status';
import { fetchTargets } from './targets';

/** Names and help texts change slowly; a minute old is fresh enough to search in. */
const SLOW_MS = 60_000;

export const metricNames = queryOptions({
  queryKey: ['metric-names'],
  queryFn: ({ signal }) => fetchMetricNames(signal),
  staleTime: SLOW_MS,
});

export const metadata = queryOptions({
  queryKey: ['metadata'],
  queryFn: ({ signal }) => fetchMetadata(signal),
  staleTime: SLOW_MS,
});

export const targets = queryOptions({ queryKey: ['targets'], queryFn: ({ signal }) => fetchTargets(signal) });
export const runtime = queryOptions({ queryKey: ['runtime'], queryFn: ({ signal }) => fetchRuntime(signal) });
export const build = queryOptions({ queryKey: ['build'], queryFn: ({ signal }) => fetchBuild(signal) });
export const flags = queryOptions({ queryKey: ['flags'], queryFn: ({ signal }) => fetchFlags(signal) });
export const config = queryOptions({ queryKey: ['config'], queryFn: ({ signal }) => fetchConfig(signal) });
export const running = queryOptions({
  queryKey: ['running'],
  queryFn: ({ signal }) => fetchRunning(signal),
});
export const tsdbStatus = queryOptions({
  queryKey: ['tsdb'],
  queryFn: ({ signal }) => fetchTsdbStatus(signal),
});

export const labelNames = (selector?: string) =>
  queryOptions({
    queryKey: ['label-names', selector],
    queryFn: () => fetchLabelNames(selector),
    staleTime: SLOW_MS,
  });

export const labelValues = (label: string, selector?: string) =>
  queryOptions({
    queryKey: ['label-values', label, selector],
    queryFn: () => fetchLabelValues(label, selector),
    staleTime: SLOW_MS,
  });
