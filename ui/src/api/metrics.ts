/** Which metrics there are, and what their exporters say about them. */

import { list, map, record, text, withDefault } from './decode';
import { request } from './envelope';

export interface MetricMetadata {
  type: string;
  help: string;
  unit: string;
}

const metadata = record<MetricMetadata>({
  type: text,
  help: withDefault(text, ''),
  unit: withDefault(text, ''),
});

export async function fetchMetricNames(signal?: AbortSignal): Promise<string[]> {
  return (await request({ path: '/label/__name__/values', data: list(text), ...(signal && { signal }) }))
    .data;
}

export async function fetchMetadata(signal?: AbortSignal): Promise<Record<string, MetricMetadata[]>> {
  return (await request({ path: '/metadata', data: map(list(metadata)), ...(signal && { signal }) })).data;
}
