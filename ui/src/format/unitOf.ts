/**
 * Guesses a result's unit from the metric names in its expression, by Prometheus' naming rules.
 *
 * It answers only where that is safe: every metric in the expression has the same unit, and nothing but
 * selection, aggregation, rates and addition stands around them. A division of equals is a ratio.
 */

import type { Unit } from './unit';

const WORD =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\{|\}|\(|\)|\[[^\]]*\]|[a-zA-Z_:][a-zA-Z0-9_:]*|[*/%^]|\S/g;

const PER_SECOND = new Set(['rate', 'irate', 'deriv']);
const KEEPS_UNIT = new Set([
  ...['sum', 'avg', 'min', 'max', 'topk', 'bottomk', 'quantile', 'stddev', 'limitk', 'limit_ratio'],
  ...[
    'by',
    'without',
    'on',
    'ignoring',
    'group_left',
    'group_right',
    'and',
    'or',
    'unless',
    'offset',
    'bool',
  ],
  ...[
    'increase',
    'delta',
    'idelta',
    'abs',
    'ceil',
    'floor',
    'round',
    'clamp',
    'clamp_min',
    'clamp_max',
    'sort',
  ],
  ...['sort_desc', 'histogram_quantile', 'histogram_sum', 'histogram_avg', 'label_replace', 'label_join'],
  ...[
    'avg_over_time',
    'min_over_time',
    'max_over_time',
    'sum_over_time',
    'last_over_time',
    'quantile_over_time',
  ],
  ...['stddev_over_time', 'predict_linear', 'vector', 'scalar', 'time'],
]);
const CHANGES_UNIT = /^(count|count_values|group|absent|absent_over_time|changes|resets|count_over_time)$/;

export function unitOf(expr: string): Unit {
  const { words, operators } = scan(expr);
  const units = new Set<Unit>();
  let perSecond = false;
  for (const word of words) {
    if (CHANGES_UNIT.test(word)) return 'none';
    if (PER_SECOND.has(word)) perSecond = true;
    else if (!KEEPS_UNIT.has(word)) units.add(ofMetric(word));
  }
  const [unit] = units;
  if (unit === undefined || units.size > 1) return 'none';
  if (operators.length > 0) return isRatio(operators, unit) ? 'ratio' : 'none';
  if (!perSecond) return unit;
  if (unit === 'bytes') return 'bytes/s';
  return unit === 'seconds' ? 'none' : unit;
}

function isRatio(operators: string[], unit: Unit): boolean {
  return operators.length === 1 && operators[0] === '/' && unit !== 'none';
}

/** Names outside braces and grouping lists, and the multiplying operators between them. */
function scan(expr: string): { words: string[]; operators: string[] } {
  const words: string[] = [];
  const operators: string[] = [];
  let braces = 0;
  let listEnds = -1;
  let depth = 0;
  let previous = '';
  for (const [token] of expr.replaceAll(/#.*/g, '').matchAll(WORD)) {
    if (token === '{') braces += 1;
    else if (token === '}') braces -= 1;
    else if (token === '(') {
      depth += 1;
      if (/^(by|without|on|ignoring|group_left|group_right)$/.test(previous) && listEnds < 0)
        listEnds = depth;
    } else if (token === ')') {
      if (depth === listEnds) listEnds = -1;
      depth -= 1;
    } else if (braces === 0 && listEnds < 0) {
      if (/^[*/%^]$/.test(token)) operators.push(token);
      else if (/^[a-zA-Z_:]/.test(token)) words.push(token);
    }
    previous = token;
  }
  return { words, operators };
}

function ofMetric(name: string): Unit {
  const base = name.replace(/_(total|sum|bucket|created|max|min|avg)$/, '').replace(/:.*$/, '');
  if (base.endsWith('_timestamp_seconds') || base.endsWith('_time_seconds')) return 'none';
  if (base.endsWith('_bytes')) return 'bytes';
  if (base.endsWith('_seconds')) return 'seconds';
  if (base.endsWith('_ratio')) return 'ratio';
  return 'none';
}
