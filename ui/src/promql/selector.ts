/** The selector that a completion stands in, written as PromQL, so that only fitting values are offered. */

import { EqlRegex, EqlSingle, Neq, NeqRegex } from '@prometheus-io/lezer-promql';

/** `type` is the grammar's number of the operator. */
export interface Matcher {
  type: number;
  name: string;
  value: string;
}

const OPERATORS = new Map<number, string>([
  [EqlSingle, '='],
  [Neq, '!='],
  [EqlRegex, '=~'],
  [NeqRegex, '!~'],
]);

/**
 * The matcher of `label` itself is left out, since its value is what is being typed; so are empty ones, which
 * are half written. `undefined` when nothing is left that would narrow.
 */
export function selectorOf(
  metric: string | undefined,
  matchers: Matcher[],
  label: string,
): string | undefined {
  const pairs = matchers
    .filter(({ name, value }) => name !== label && value !== '')
    .flatMap(({ type, name, value }) => {
      const operator = OPERATORS.get(type);
      return operator === undefined ? [] : [`${name}${operator}${JSON.stringify(value)}`];
    });
  if (metric !== undefined && metric !== '') pairs.unshift(`__name__=${JSON.stringify(metric)}`);
  return pairs.length === 0 ? undefined : `{${pairs.join(',')}}`;
}
