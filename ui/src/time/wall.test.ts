import { afterEach, expect, test, vi } from 'vitest';

import { formatInstant, parseInstant, toField } from './wall';

afterEach(() => {
  vi.unstubAllEnvs();
});

// 2026-11-20 09:30:00 UTC
const AT = 1_795_167_000_000;

test.each([
  ['UTC', '2026-11-20 09:30:00'],
  ['Asia/Kolkata', '2026-11-20 15:00:00'],
  ['America/New_York', '2026-11-20 04:30:00'],
])('in %s the browser’s time is %s', (zone, text) => {
  vi.stubEnv('TZ', zone);
  expect(formatInstant(AT, 'local')).toBe(text);
  expect(parseInstant(text, 'local')).toBe(AT);
  expect(formatInstant(AT, 'utc')).toBe('2026-11-20 09:30:00');
});

test('both sides of a clock change are read right', () => {
  vi.stubEnv('TZ', 'America/New_York');
  // Clocks went from 2:00 back to 1:00 on 2026-11-01 at 06:00 UTC.
  expect(parseInstant('2026-11-01 00:30:00', 'local')).toBe(Date.UTC(2026, 10, 1, 4, 30));
  expect(parseInstant('2026-11-01 03:30:00', 'local')).toBe(Date.UTC(2026, 10, 1, 8, 30));
});

test.each([
  ['2026-11-20', Date.UTC(2026, 10, 20)],
  ['2026-11-20 09:30', AT],
  ['2026-11-20T09:30:00', AT],
  ['2026-11-20T09:30:00Z', AT],
  ['2026-11-20T09:30:00.000', AT],
  ['yesterday', undefined],
  ['20.11.2026', undefined],
  ['', undefined],
])('reads %j', (text, ms) => {
  expect(parseInstant(text, 'utc')).toBe(ms);
});

test('the field of a date picker gets what it can show', () => {
  expect(toField(AT, 'utc')).toBe('2026-11-20T09:30:00');
});
