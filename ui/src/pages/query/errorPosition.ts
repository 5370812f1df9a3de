/** Where in the expression the server found an error: `1:5: parse error: …`, lines and columns from one. */

export interface Pointed {
  message: string;
  line: number;
  column: number;
  /** The line itself, to point into. */
  source: string;
}

export function pointInto(message: string, expr: string): Pointed | undefined {
  const found = /(?:^|: )(\d+):(\d+): (.*)$/s.exec(message);
  if (!found) return undefined;
  const [line, column] = [Number(found[1]), Number(found[2])];
  const source = expr.split('\n')[line - 1];
  if (source === undefined || column < 1 || column > source.length + 1) return undefined;
  return { message: found[3] ?? message, line, column, source };
}
