/** Instants as people read and type them, in UTC or in the browser's zone. */

export type Zone = 'utc' | 'local';

export interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

export function wall(ms: number, zone: Zone): Wall {
  const date = new Date(ms);
  return zone === 'utc'
    ? {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds(),
      }
    : {
        year: date.getFullYear(),
        month: date.getMonth() + 1,
        day: date.getDate(),
        hour: date.getHours(),
        minute: date.getMinutes(),
        second: date.getSeconds(),
      };
}

/** `2026-11-20 09:30:00` */
export function formatInstant(ms: number, zone: Zone): string {
  const at = wall(ms, zone);
  return `${formatDay(at)} ${two(at.hour)}:${two(at.minute)}:${two(at.second)}`;
}

/** `2026-11-20T09:30:00`: the value of an `<input type="datetime-local">`. */
export function toField(ms: number, zone: Zone): string {
  return formatInstant(ms, zone).replace(' ', 'T');
}

/** Reads what {@link formatInstant} and {@link toField} write, and a day or minute alone. */
export function parseInstant(text: string, zone: Zone): number | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?Z?$/.exec(
    text.trim(),
  );
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => Number(part || 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms =
    zone === 'utc'
      ? Date.UTC(year, month - 1, day, hour, minute, second)
      : new Date(year, month - 1, day, hour, minute, second).getTime();
  return Number.isNaN(ms) ? undefined : ms;
}

export function formatDay(at: Wall): string {
  return `${String(at.year).padStart(4, '0')}-${two(at.month)}-${two(at.day)}`;
}

export function two(value: number): string {
  return String(value).padStart(2, '0');
}
