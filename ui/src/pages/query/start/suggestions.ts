/**
 * Graphs to begin with: what the machine and the server do now.
 *
 * Each is a choice of expressions, the first of which is taken whose metrics exist; so the same list serves
 * hosts that are scraped and servers that only know themselves.
 */

export interface Suggestion {
  title: string;
  /** What one sees, in a sentence. */
  meaning: string;
  choices: { metrics: string[]; expr: string }[];
  stacked?: boolean;
}

export const suggestions: Suggestion[] = [
  {
    title: 'Processor time by mode',
    meaning: 'How many cores are busy, and with what.',
    stacked: true,
    choices: [
      {
        metrics: ['node_cpu_seconds_total'],
        expr: 'sum by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[1m]))',
      },
    ],
  },
  {
    title: 'Memory in use',
    meaning: 'What programs could not get any more.',
    choices: [
      {
        metrics: ['node_memory_MemTotal_bytes', 'node_memory_MemAvailable_bytes'],
        expr: 'node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes',
      },
    ],
  },
  {
    title: 'Load',
    meaning: 'Tasks that run or wait to, over one minute.',
    choices: [{ metrics: ['node_load1'], expr: 'node_load1' }],
  },
  {
    title: 'Network',
    meaning: 'Bytes received, by device.',
    choices: [
      {
        metrics: ['node_network_receive_bytes_total'],
        expr: 'rate(node_network_receive_bytes_total{device!="lo"}[1m])',
      },
    ],
  },
  {
    title: 'Scrape durations',
    meaning: 'How long each target takes to answer.',
    choices: [{ metrics: ['scrape_duration_seconds'], expr: 'scrape_duration_seconds' }],
  },
  {
    title: 'Samples per scrape',
    meaning: 'How much each target exposes.',
    choices: [{ metrics: ['scrape_samples_scraped'], expr: 'scrape_samples_scraped' }],
  },
  {
    title: 'Memory of processes',
    meaning: 'Resident memory of everything that tells.',
    choices: [{ metrics: ['process_resident_memory_bytes'], expr: 'process_resident_memory_bytes' }],
  },
  {
    title: 'Targets that are up',
    meaning: 'One for each that answers.',
    choices: [{ metrics: ['up'], expr: 'sum by (job) (up)' }],
  },
];

/** The graphs that this server can draw. */
export function drawable(
  names: string[],
): { title: string; meaning: string; expr: string; stacked: boolean }[] {
  const known = new Set(names);
  return suggestions.flatMap(({ title, meaning, choices, stacked = false }) => {
    const choice = choices.find(({ metrics }) => metrics.every((metric) => known.has(metric)));
    return choice ? [{ title, meaning, expr: choice.expr, stacked }] : [];
  });
}
