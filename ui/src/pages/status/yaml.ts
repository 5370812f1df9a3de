/** Splits a line of YAML into parts to colour. It reads what configuration files look like, not all of YAML. */

export type PartKind = 'key' | 'comment' | 'value' | 'plain';

export interface Part {
  kind: PartKind;
  text: string;
}

const LINE = /^(\s*(?:- +)*)([^\s#'"{[][^:#]*|"[^"]*"|'[^']*')(:)(?=\s|$)(.*)$/;

export function partsOfLine(line: string): Part[] {
  if (/^\s*#/.test(line)) return [{ kind: 'comment', text: line }];
  const pair = LINE.exec(line);
  if (pair) {
    const [, indent = '', key = '', colon = '', rest = ''] = pair;
    return parts([
      ['plain', indent],
      ['key', key],
      ['plain', colon],
      ['value', rest],
    ]);
  }
  const item = /^(\s*(?:- +)*)(.*)$/.exec(line);
  return parts([
    ['plain', item?.[1] ?? ''],
    ['value', item?.[2] ?? line],
  ]);
}

function parts(pairs: [PartKind, string][]): Part[] {
  return pairs.filter(([, text]) => text !== '').map(([kind, text]) => ({ kind, text }));
}
