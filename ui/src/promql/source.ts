/** What the editor completes from: the same cached requests that the pages use. */

import type { CompleteConfiguration } from '@prometheus-io/codemirror-promql';
import type { QueryClient } from '@tanstack/react-query';

import * as keys from '../api/keys';
import { selectorOf } from './selector';

type Source = Extract<CompleteConfiguration['remote'], { metricNames: unknown }>;

/** Completion must never get in the way of typing, so what fails offers nothing. */
async function orNothing<T>(answer: Promise<T>, nothing: T): Promise<T> {
  try {
    return await answer;
  } catch {
    return nothing;
  }
}

export function completionSource(cache: QueryClient): Source {
  return {
    metricNames: () => orNothing(cache.query(keys.metricNames), []),
    metricMetadata: () => orNothing(cache.query(keys.metadata), {}),
    labelNames: (metric) => orNothing(cache.query(keys.labelNames(selectorOf(metric, [], ''))), []),
    labelValues: (label, metric, matchers = []) => {
      const selector = selectorOf(metric, matchers, label);
      return orNothing(cache.query(keys.labelValues(label, selector)), []);
    },
    // Part of the library's contract, but not asked for by its completion.
    series: () => Promise.resolve([]),
    flags: () => orNothing(cache.query(keys.flags), {}),
  };
}
