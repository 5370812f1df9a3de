/** A series' labels as PromQL would select it. */

import type { Labels } from '../api/result';

const PLAIN_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const PLAIN_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export interface SeriesParts {
  name: string;
  /** `name` and quoted value of every other label, sorted by name. */
  labels: [name: string, value: string][];
}

export function partsOf(metric: Labels): SeriesParts {
  const labels = Object.entries(metric)
    .filter(([name]) => name !== '__name__')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]): [string, string] => [quotedUnless(PLAIN_LABEL, name), JSON.stringify(value)]);
  return { name: metric.__name__ ?? '', labels };
}

/** `up{job="host"}`, `{}` for a series without labels, `{"not plain", a="b"}` for names that need quotes. */
export function formatSeries(metric: Labels): string {
  const { name, labels } = partsOf(metric);
  const pairs = labels.map(([label, value]) => `${label}=${value}`);
  if (name !== '' && !PLAIN_METRIC.test(name)) return `{${[JSON.stringify(name), ...pairs].join(', ')}}`;
  if (pairs.length === 0) return name === '' ? '{}' : name;
  return `${name}{${pairs.join(', ')}}`;
}

/** Short names for the series of one graph: only what tells them apart, and a value alone if one label does. */
export function briefNames(series: Labels[]): string[] {
  return distinguishing(series).map((labels) => {
    const [only, ...others] = Object.values(labels);
    return only !== undefined && only !== '' && others.length === 0 ? only : formatSeries(labels);
  });
}

function distinguishing(series: Labels[]): Labels[] {
  const first = series[0];
  if (!first || series.length === 1) return series;
  const shared = Object.keys(first).filter((label) => series.every((other) => other[label] === first[label]));
  return series.map((labels) =>
    Object.fromEntries(Object.entries(labels).filter(([label]) => !shared.includes(label))),
  );
}

function quotedUnless(plain: RegExp, name: string): string {
  return plain.test(name) ? name : JSON.stringify(name);
}
