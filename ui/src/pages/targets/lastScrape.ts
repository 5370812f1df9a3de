/** How long ago a target was scraped, in words. */

import { readableSpan } from '../../time/duration';

/** Go's zero time: never scraped. */
const NEVER_YEAR = 1;

export function lastScrapeText(rfc3339: string, nowMs: number): string {
  const at = new Date(rfc3339);
  if (Number.isNaN(at.getTime()) || at.getUTCFullYear() <= NEVER_YEAR) return 'never';
  // Clocks of browser and server differ, and a scrape may end while the answer is on its way.
  const agoMs = nowMs - at.getTime();
  return agoMs < 1000 ? 'just now' : `${readableSpan(agoMs)} ago`;
}
