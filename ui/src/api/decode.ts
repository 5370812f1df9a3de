/**
 * Narrows JSON from the server to the types that the pages use.
 *
 * A decoder takes a value and the path where it stood, and returns the precise type or throws a
 * {@link DecodeError} that names the path. Unknown fields are ignored, since newer servers add some.
 */

export type Decoder<T> = (value: unknown, path: string) => T;

export class DecodeError extends Error {
  constructor(path: string, wanted: string, got: unknown) {
    super(`unexpected answer from the server: ${path} should be ${wanted}, not ${describe(got)}`);
    this.name = 'DecodeError';
  }
}

export const text: Decoder<string> = (value, path) => {
  if (typeof value !== 'string') throw new DecodeError(path, 'a string', value);
  return value;
};

export const number: Decoder<number> = (value, path) => {
  if (typeof value !== 'number') throw new DecodeError(path, 'a number', value);
  return value;
};

export const flag: Decoder<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new DecodeError(path, 'true or false', value);
  return value;
};

export function oneOf<const T extends string>(...choices: T[]): Decoder<T> {
  return (value, path) => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw new DecodeError(path, `one of ${choices.join(', ')}`, value);
    return found;
  };
}

/** Go servers write an empty list as `null` in places, so null is an empty list here. */
export function list<T>(item: Decoder<T>): Decoder<T[]> {
  return (value, path) => {
    if (value === null) return [];
    if (!Array.isArray(value)) throw new DecodeError(path, 'a list', value);
    return value.map((element, index) => item(element, `${path}[${index}]`));
  };
}

export function map<T>(item: Decoder<T>): Decoder<Record<string, T>> {
  return (value, path) => {
    if (value === null) return {};
    return Object.fromEntries(
      Object.entries(object(value, path)).map(([key, element]) => [key, item(element, `${path}.${key}`)]),
    );
  };
}

export function optional<T>(item: Decoder<T>): Decoder<T | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : item(value, path));
}

export function withDefault<T>(item: Decoder<T>, fallback: T): Decoder<T> {
  return (value, path) => (value === undefined || value === null ? fallback : item(value, path));
}

export function record<T extends object>(fields: { [K in keyof T]: Decoder<T[K]> }): Decoder<T> {
  return (value, path) => {
    const source = object(value, path);
    const result: Partial<T> = {};
    for (const key in fields) result[key] = fields[key](source[key], `${path}.${key}`);
    return result as T;
  };
}

export function object(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DecodeError(path, 'an object', value);
  }
  return value as Record<string, unknown>;
}

function describe(value: unknown): string {
  if (value === undefined) return 'absent';
  const json = JSON.stringify(value);
  return json.length > 40 ? `${json.slice(0, 40)}…` : json;
}
