import { expect, test } from 'vitest';

import { lastScrapeText } from './lastScrape';

const NOW = Date.UTC(2026, 10, 20, 9, 30);

test.each([
  ['0001-01-01T00:00:00Z', 'never'],
  ['', 'never'],
  ['2026-11-20T09:29:56.5Z', '3.5 s ago'],
  ['2026-11-20T08:00:00Z', '1 h 30 min ago'],
  // The server's clock may be ahead of the browser's.
  ['2026-11-20T09:30:05Z', 'just now'],
])('a scrape at %j was %s', (time, text) => {
  expect(lastScrapeText(time, NOW)).toBe(text);
});
