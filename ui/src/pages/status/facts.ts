/**
 * What servers say about themselves, as rows to read. What is not named here is shown as it came.
 *
 * The API's keys come from Go. A Ferula fills them with what comes closest, because clients require them; here
 * they get their true names, and those that mean nothing are left out.
 */

import type { Facts } from '../../api/status';

export interface Fact {
  name: string;
  value: string;
  /** A moment in RFC 3339, to be shown in the reader's zone. */
  instant: boolean;
}

const RUNTIME: Record<string, string> = {
  startTime: 'Started',
  CWD: 'Working directory',
  hostname: 'Host',
  serverTime: 'Server’s time',
  reloadConfigSuccess: 'Configuration loaded',
  lastConfigTime: 'Configuration of',
  corruptionCount: 'Log corruptions',
  goroutineCount: 'Goroutines',
  storageRetention: 'Retention',
};

const BUILD: Record<string, string> = {
  version: 'Version',
  revision: 'Revision',
  branch: 'Branch',
  buildUser: 'Built by',
  buildDate: 'Built on',
  goVersion: 'Go version',
};

const INSTANTS = new Set(['startTime', 'serverTime', 'lastConfigTime']);
const ONLY_GO = new Set(['GOGC', 'GODEBUG', 'GOMEMLIMIT', 'goVersion']);

export function runtimeFacts(runtime: Facts, build: Facts): Fact[] {
  const names = isFerula(build) ? { ...RUNTIME, goroutineCount: 'Tasks', GOMAXPROCS: 'Processors' } : RUNTIME;
  return rows(runtime, names, build);
}

export function buildFacts(build: Facts): Fact[] {
  if (!isFerula(build)) return rows(build, BUILD, build);
  const { version = '', buildUser = '', ...rest } = build;
  return [
    { name: 'Version', value: buildUser.replace(/^ferula /, ''), instant: false },
    { name: 'Speaks the API of', value: `Prometheus ${version}`, instant: false },
    ...rows(rest, BUILD, build),
  ];
}

/** Every server calls itself Prometheus in `version`, lest clients go without what it can. */
function isFerula({ buildUser = '', goVersion }: Facts): boolean {
  return goVersion === 'rust' && buildUser.startsWith('ferula ');
}

function rows(facts: Facts, names: Record<string, string>, build: Facts): Fact[] {
  return Object.entries(facts)
    .filter(([key]) => !(isFerula(build) && ONLY_GO.has(key)))
    .map(([key, value]) => {
      const instant = INSTANTS.has(key) && !Number.isNaN(Date.parse(value));
      return { name: names[key] ?? key, value: instant ? value : reading(value), instant };
    });
}

/** `true` and `false` come from flags of the API, empty texts from what is not set. */
function reading(value: string): string {
  if (value === 'true') return 'yes';
  if (value === 'false') return 'no';
  return value === '' ? 'not set' : value;
}
