/** How long ago a target was scraped, in words. */

import { readableSpan } from '../../time/duration';

/** Go's zero time: never scraped. */
const NEVER_YEAR = 1;

export function lastScrapeText(rfc3339: string, nowMs: number): string {
  const at = new Date(rfc3339);
  if (Number.isNaN(at.getTime()) || at.getUTCFullYear() <= NEVER_YEAR) return 'never';
  return `${readableSpan(Math.max(0, nowMs - at.getTime()))} ago`;
}
