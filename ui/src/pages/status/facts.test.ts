import { expect, test } from 'vitest';

import { buildFacts, runtimeFacts } from './facts';

const prometheus = { version: '2.42.0', buildUser: 'someone', goVersion: 'go1.19.8' };
const ferula = {
  version: '3.14.0',
  revision: 'abc',
  buildUser: 'ferula 0.1.0',
  buildDate: '',
  goVersion: 'rust',
};
const runtime = {
  startTime: '2026-11-20T09:30:15.71Z',
  reloadConfigSuccess: 'true',
  goroutineCount: '8',
  GOGC: '',
  somethingNew: '1',
};

const pairs = (facts: { name: string; value: string }[]) =>
  facts.map(({ name, value }) => `${name}: ${value}`);

test('a Prometheus is shown as it describes itself', () => {
  expect(pairs(buildFacts(prometheus))).toEqual([
    'Version: 2.42.0',
    'Built by: someone',
    'Go version: go1.19.8',
  ]);
  expect(pairs(runtimeFacts(runtime, prometheus))).toEqual([
    'Started: 2026-11-20T09:30:15.71Z',
    'Configuration loaded: yes',
    'Goroutines: 8',
    'GOGC: not set',
    'somethingNew: 1',
  ]);
});

test('a Ferula says which version it is, and nothing about Go', () => {
  expect(pairs(buildFacts(ferula))).toEqual([
    'Version: 0.1.0',
    'Speaks the API of: Prometheus 3.14.0',
    'Revision: abc',
    'Built on: not set',
  ]);
  expect(pairs(runtimeFacts(runtime, ferula))).toContain('Tasks: 8');
  expect(pairs(runtimeFacts(runtime, ferula)).join()).not.toContain('GO');
});

test('only what is a moment is shown as one', () => {
  const moments = (startTime: string) =>
    runtimeFacts({ startTime }, prometheus).map(({ instant }) => instant);
  expect(moments('2026-11-20T09:30:15Z')).toEqual([true]);
  expect(moments('long ago')).toEqual([false]);
});
