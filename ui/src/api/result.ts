/**
 * Results of queries, as the API gives them: sample values stay strings, because they are exact and a table
 * shows them as they are. Charts parse them once, when they shape their columns.
 */

import {
  type Decoder,
  DecodeError,
  list,
  map,
  number,
  object,
  oneOf,
  optional,
  text,
  withDefault,
} from './decode';

export type Labels = Record<string, string>;
/** Seconds since 1970, and the value. */
export type Sample = readonly [time: number, value: string];
/** Which ends are part of the bucket (0 right, 1 left, 2 none, 3 both), lower, upper, count. */
export type Bucket = readonly [bounds: number, lower: string, upper: string, count: string];

export interface Histogram {
  count: string;
  sum: string;
  buckets: Bucket[];
}

export type HistogramSample = readonly [time: number, value: Histogram];

export interface InstantSeries {
  metric: Labels;
  value?: Sample | undefined;
  histogram?: HistogramSample | undefined;
}

export interface RangeSeries {
  metric: Labels;
  values: Sample[];
  histograms: HistogramSample[];
}

export type Result =
  | { type: 'vector'; series: InstantSeries[] }
  | { type: 'matrix'; series: RangeSeries[] }
  | { type: 'scalar'; sample: Sample }
  | { type: 'string'; sample: Sample };

export const sample: Decoder<Sample> = (value, path) => {
  if (!Array.isArray(value) || typeof value[0] !== 'number' || typeof value[1] !== 'string') {
    throw new DecodeError(path, 'a time and a value', value);
  }
  return value as unknown as Sample;
};

const bucket: Decoder<Bucket> = (value, path) => {
  if (!Array.isArray(value) || value.length !== 4) throw new DecodeError(path, 'a bucket', value);
  return [number(value[0], path), text(value[1], path), text(value[2], path), text(value[3], path)];
};

const histogramSample: Decoder<HistogramSample> = (value, path) => {
  if (!Array.isArray(value) || value.length !== 2)
    throw new DecodeError(path, 'a time and a histogram', value);
  const fields = object(value[1], `${path}[1]`);
  return [
    number(value[0], `${path}[0]`),
    {
      count: text(fields.count, `${path}.count`),
      sum: text(fields.sum, `${path}.sum`),
      buckets: withDefault(list(bucket), [])(fields.buckets, `${path}.buckets`),
    },
  ];
};

const instantSeries: Decoder<InstantSeries> = (value, path) => {
  const fields = object(value, path);
  return {
    metric: map(text)(fields.metric, `${path}.metric`),
    value: optional(sample)(fields.value, `${path}.value`),
    histogram: optional(histogramSample)(fields.histogram, `${path}.histogram`),
  };
};

export const rangeSeries: Decoder<RangeSeries> = (value, path) => {
  const fields = object(value, path);
  return {
    metric: map(text)(fields.metric, `${path}.metric`),
    values: withDefault(list(sample), [])(fields.values, `${path}.values`),
    histograms: withDefault(list(histogramSample), [])(fields.histograms, `${path}.histograms`),
  };
};

export const result: Decoder<Result> = (value, path) => {
  const fields = object(value, path);
  const type = oneOf('vector', 'matrix', 'scalar', 'string')(fields.resultType, `${path}.resultType`);
  const at = `${path}.result`;
  switch (type) {
    case 'vector':
      return { type, series: list(instantSeries)(fields.result, at) };
    case 'matrix':
      return { type, series: list(rangeSeries)(fields.result, at) };
    case 'scalar':
    case 'string':
      return { type, sample: sample(fields.result, at) };
  }
};
