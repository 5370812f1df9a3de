/** Names and readings for what servers say about themselves. What is not listed is shown as it came. */

const NAMES: Record<string, string> = {
  startTime: 'Started',
  CWD: 'Working directory',
  hostname: 'Host',
  serverTime: 'Server’s time',
  reloadConfigSuccess: 'Configuration loaded',
  lastConfigTime: 'Configuration of',
  corruptionCount: 'Log corruptions',
  goroutineCount: 'Goroutines',
  storageRetention: 'Retention',
  version: 'Version',
  revision: 'Revision',
  branch: 'Branch',
  buildUser: 'Built by',
  buildDate: 'Built on',
  goVersion: 'Go version',
  rustVersion: 'Rust version',
};

const INSTANTS = new Set(['startTime', 'serverTime', 'lastConfigTime']);

export function nameOf(key: string): string {
  return NAMES[key] ?? key;
}

export function isInstant(key: string, value: string): boolean {
  return INSTANTS.has(key) && !Number.isNaN(Date.parse(value));
}

/** `true` and `false` come from flags of the API, empty texts from settings that are not set. */
export function readingOf(value: string): string {
  if (value === 'true') return 'yes';
  if (value === 'false') return 'no';
  return value === '' ? 'not set' : value;
}
