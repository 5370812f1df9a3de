/** The ranges that the minus and plus buttons step through. */

import { parseDuration } from './duration';

const RUNGS = [
  '1m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '6h',
  '12h',
  '1d',
  '2d',
  '1w',
  '2w',
  '4w',
  '8w',
  '1y',
  '2y',
];
const LADDER_MS = RUNGS.flatMap((rung) => parseDuration(rung) ?? []);

export function shorterRange(ms: number): number {
  return LADDER_MS.findLast((rung) => rung < ms) ?? ms;
}

export function longerRange(ms: number): number {
  return LADDER_MS.find((rung) => rung > ms) ?? ms;
}
