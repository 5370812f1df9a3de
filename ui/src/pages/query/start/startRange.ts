/** How far back the first graphs look: as far as a server that has just started can have seen. */

const MINUTE_MS = 60_000;
const RANGES_MS = [2, 5, 15, 30].map((minutes) => minutes * MINUTE_MS);
const LONGEST_MS = 30 * MINUTE_MS;

/** `startTime` is RFC 3339; without it the range is the longest. */
export function startRange(startTime: string | undefined, nowMs: number): number {
  const upMs = nowMs - Date.parse(startTime ?? '');
  if (Number.isNaN(upMs)) return LONGEST_MS;
  return RANGES_MS.find((range) => range > upMs) ?? LONGEST_MS;
}
