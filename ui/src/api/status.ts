/** How the server was built and started, what it has loaded, and what its head holds. */

import { type Decoder, flag, list, map, number, object, optional, record, text, withDefault } from './decode';
import { request } from './envelope';

/** Names differ between servers and versions, so these two are shown as they come. */
export type Facts = Record<string, string>;

export interface Runtime {
  reloadConfigSuccess: boolean;
  lastConfigTime: string;
  facts: Facts;
}

export interface Cardinality {
  name: string;
  value: number;
}

export interface TsdbStatus {
  headStats: {
    numSeries: number;
    numLabelPairs: number | undefined;
    chunkCount: number;
    /** Milliseconds. */
    minTime: number;
    maxTime: number;
  };
  seriesCountByMetricName: Cardinality[];
  labelValueCountByLabelName: Cardinality[];
  memoryInBytesByLabelName: Cardinality[];
  seriesCountByLabelValuePair: Cardinality[];
}

const facts: Decoder<Facts> = (value, path) =>
  Object.fromEntries(
    Object.entries(object(value, path)).flatMap(([key, fact]) => {
      if (typeof fact === 'string') return [[key, fact]];
      if (typeof fact === 'number' || typeof fact === 'boolean') return [[key, String(fact)]];
      return [];
    }),
  );

const runtime: Decoder<Runtime> = (value, path) => {
  const fields = object(value, path);
  return {
    reloadConfigSuccess: withDefault(flag, true)(fields.reloadConfigSuccess, `${path}.reloadConfigSuccess`),
    lastConfigTime: withDefault(text, '')(fields.lastConfigTime, `${path}.lastConfigTime`),
    facts: facts(value, path),
  };
};

const cardinalities = withDefault(list(record<Cardinality>({ name: text, value: number })), []);

const tsdb = record<TsdbStatus>({
  headStats: record<TsdbStatus['headStats']>({
    numSeries: number,
    numLabelPairs: optional(number),
    chunkCount: number,
    minTime: number,
    maxTime: number,
  }),
  seriesCountByMetricName: cardinalities,
  labelValueCountByLabelName: cardinalities,
  memoryInBytesByLabelName: cardinalities,
  seriesCountByLabelValuePair: cardinalities,
});

export async function fetchRuntime(signal?: AbortSignal): Promise<Runtime> {
  return get('/status/runtimeinfo', runtime, signal);
}

export async function fetchBuild(signal?: AbortSignal): Promise<Facts> {
  return get('/status/buildinfo', facts, signal);
}

export async function fetchFlags(signal?: AbortSignal): Promise<Facts> {
  return get('/status/flags', map(text), signal);
}

export async function fetchConfig(signal?: AbortSignal): Promise<string> {
  return (await get('/status/config', record<{ yaml: string }>({ yaml: text }), signal)).yaml;
}

export async function fetchTsdbStatus(signal?: AbortSignal): Promise<TsdbStatus> {
  return get('/status/tsdb', tsdb, signal);
}

async function get<T>(path: string, data: Decoder<T>, signal?: AbortSignal): Promise<T> {
  return (await request({ path, data, ...(signal && { signal }) })).data;
}
