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

/** A short name is made of at most so many values: more are a riddle without their labels. */
const VALUES_MAX = 3;

/** Short names for the series of one graph: the values of what tells them apart. */
export function briefNames(series: Labels[]): string[] {
  return distinguishing(series).map((labels) => {
    const { __name__: name, ...others } = labels;
    const values = Object.values(others);
    const telling = values.length > 0 && values.length <= VALUES_MAX && name === undefined;
    return telling ? values.join(', ') : formatSeries(labels);
  });
}

/** One series alone is told by where it comes from. */
function distinguishing(series: Labels[]): Labels[] {
  const first = series[0];
  if (!first) return [];
  if (series.length === 1) return [first.instance === undefined ? first : { instance: first.instance }];
  const shared = Object.keys(first).filter((label) => series.every((other) => other[label] === first[label]));
  return series.map((labels) =>
    Object.fromEntries(Object.entries(labels).filter(([label]) => !shared.includes(label))),
  );
}

function quotedUnless(plain: RegExp, name: string): string {
  return plain.test(name) ? name : JSON.stringify(name);
}
