/** What a query is made of, before it runs: the tree of `/parse_query`, a line for each node. */

import { formatDuration } from '../time/duration';
import { type Decoder, flag, list, map, number, object, optional, record, text } from './decode';
import { request } from './envelope';

export interface Outline {
  /** A function, an operator, `select`. */
  name: string;
  /** What it does it to. */
  detail: string;
  inputs: Outline[];
}

export async function parseQuery(expr: string, signal?: AbortSignal): Promise<Outline> {
  const answer = await request({
    path: '/parse_query',
    method: 'POST',
    params: { query: expr },
    data: outline,
    ...(signal && { signal }),
  });
  return answer.data;
}

/** Parentheses are no node of their own: the tree says what they say. */
export const outline: Decoder<Outline> = (value, path) => {
  const node = object(value, path);
  const type = text(node.type, `${path}.type`);
  const read = readers[type];
  // A newer server may know nodes that we don't.
  return read ? read(node, path) : { name: type, detail: '', inputs: [] };
};

const readers: Record<string, (node: Record<string, unknown>, path: string) => Outline> = {
  numberLiteral: (node, path) => leaf('number', text(node.val, `${path}.val`)),
  stringLiteral: (node, path) => leaf('string', JSON.stringify(text(node.val, `${path}.val`))),
  parenExpr: (node, path) => outline(node.expr, `${path}.expr`),
  unaryExpr: (node, path) => ({
    name: text(node.op, `${path}.op`),
    detail: '',
    inputs: [outline(node.expr, `${path}.expr`)],
  }),
  vectorSelector: (node, path) => leaf('select', matchersOf(node, path) + modifiersOf(node, path)),
  matrixSelector: (node, path) =>
    leaf('select', `${matchersOf(node, path)}[${length(node.range, path)}]${modifiersOf(node, path)}`),
  subquery: (node, path) => {
    const step = number(node.step, `${path}.step`);
    const grid = `[${length(node.range, path)}:${step === 0 ? '' : formatDuration(step)}]`;
    return {
      name: 'subquery',
      detail: grid + modifiersOf(node, path),
      inputs: [outline(node.expr, `${path}.expr`)],
    };
  },
  aggregation: (node, path) => {
    const labels = list(text)(node.grouping, `${path}.grouping`);
    const word = flag(node.without, `${path}.without`) ? 'without' : 'by';
    const inputs = [node.param, node.expr].filter((input) => input !== null && input !== undefined);
    return {
      name: text(node.op, `${path}.op`),
      detail: labels.length > 0 || word === 'without' ? `${word} (${labels.join(', ')})` : '',
      inputs: inputs.map((input) => outline(input, path)),
    };
  },
  binaryExpr: (node, path) => ({
    name: text(node.op, `${path}.op`),
    detail: [flag(node.bool, `${path}.bool`) ? 'bool' : '', matchingOf(node, path)].filter(Boolean).join(' '),
    inputs: [outline(node.lhs, `${path}.lhs`), outline(node.rhs, `${path}.rhs`)],
  }),
  call: (node, path) => ({
    name: record<{ name: string }>({ name: text })(node.func, `${path}.func`).name,
    detail: '',
    inputs: list(outline)(node.args, `${path}.args`),
  }),
};

function leaf(name: string, detail: string): Outline {
  return { name, detail, inputs: [] };
}

function length(value: unknown, path: string): string {
  const ms = number(value, path);
  // A computed one is only known when the query runs.
  return ms === 0 ? '…' : formatDuration(ms);
}

function matchersOf(node: Record<string, unknown>, path: string): string {
  const matcher = record<{ name: string; value: string; type: string }>({
    name: text,
    value: text,
    type: text,
  });
  const all = list(matcher)(node.matchers, `${path}.matchers`);
  return `{${all.map(({ name, value, type }) => name + type + JSON.stringify(value)).join(', ')}}`;
}

function modifiersOf(node: Record<string, unknown>, path: string): string {
  const offset = number(node.offset, `${path}.offset`);
  const pinned = optional(number)(node.timestamp, `${path}.timestamp`);
  const end = optional(text)(node.startOrEnd, `${path}.startOrEnd`);
  return [
    node.anchored === true && ' anchored',
    node.smoothed === true && ' smoothed',
    pinned !== undefined && ` @ ${pinned / 1000}`,
    end && ` @ ${end}()`,
    offset > 0 && ` offset ${formatDuration(offset)}`,
    offset < 0 && ` offset -${formatDuration(-offset)}`,
  ]
    .filter(Boolean)
    .join('');
}

function matchingOf(node: Record<string, unknown>, path: string): string {
  if (node.matching === null || node.matching === undefined) return '';
  const labels = list(text);
  const { card, on, ...named } = record<{ card: string; on: boolean; labels: string[]; include: string[] }>({
    card: text,
    on: flag,
    labels,
    include: labels,
  })(node.matching, `${path}.matching`);
  const group = { 'many-to-one': 'group_left', 'one-to-many': 'group_right' }[card];
  const fills = map(optional(number))(
    (node.matching as Record<string, unknown>).fillValues ?? null,
    `${path}.matching.fillValues`,
  );
  return [
    (on || named.labels.length > 0) && `${on ? 'on' : 'ignoring'} (${named.labels.join(', ')})`,
    group && `${group} (${named.include.join(', ')})`,
    fills.lhs !== undefined && `fill_left (${fills.lhs})`,
    fills.rhs !== undefined && `fill_right (${fills.rhs})`,
  ]
    .filter(Boolean)
    .join(' ');
}
