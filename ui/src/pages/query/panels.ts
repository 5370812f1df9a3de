/**
 * The state of the query page, and its spelling in the URL.
 *
 * The names are Prometheus' (`g0.expr`, `g0.tab`, …), those of 2.x and of 3.x, so links from either work here
 * and ours work there. Times in a URL are UTC. Defaults are left out, but for the tab, whose default differs.
 */

import { formatDuration, parseDuration } from '../../time/duration';
import type { Density, Resolution } from '../../time/resolution';
import { formatInstant, parseInstant } from '../../time/wall';

export type Tab = 'table' | 'graph' | 'explain';

export interface Panel {
  expr: string;
  tab: Tab;
  /** Evaluation time of the table and right end of the graph; `null` is now. */
  endMs: number | null;
  rangeMs: number;
  resolution: Resolution;
  stacked: boolean;
}

export const DEFAULT_RANGE_MS = 3_600_000;

/** More panels than anybody reads; a link cannot make the page hang. */
const PANELS_MAX = 100;

export function newPanel(expr = ''): Panel {
  return {
    expr,
    tab: 'graph',
    endMs: null,
    rangeMs: DEFAULT_RANGE_MS,
    resolution: { kind: 'auto', density: 'medium' },
    stacked: false,
  };
}

export function decodePanels(search: string): Panel[] {
  const params = new URLSearchParams(search);
  const panels: Panel[] = [];
  while (panels.length < PANELS_MAX && params.has(`g${panels.length}.expr`)) {
    const index = panels.length;
    panels.push(decodePanel((name) => params.get(`g${index}.${name}`)));
  }
  return panels;
}

export function encodePanels(panels: Panel[]): string {
  const params = new URLSearchParams();
  panels.forEach((panel, index) => {
    for (const [name, value] of encodePanel(panel)) params.set(`g${index}.${name}`, value);
  });
  return params.toString();
}

function decodePanel(param: (name: string) => string | null): Panel {
  return {
    expr: param('expr') ?? '',
    tab: decodeTab(param('tab')),
    endMs: instant(param('moment_input')) ?? instant(param('end_input')) ?? null,
    rangeMs: duration(param('range_input')) ?? DEFAULT_RANGE_MS,
    resolution: decodeResolution(param),
    stacked:
      param('display_mode') === 'stacked' || (param('display_mode') === null && param('stacked') === '1'),
  };
}

function decodeTab(text: string | null): Tab {
  if (text === 'explain') return text;
  // 2.x wrote 0 for the graph and 1 for the table.
  return text === 'graph' || text === '0' ? 'graph' : 'table';
}

function decodeResolution(param: (name: string) => string | null): Resolution {
  const type = param('res_type');
  if (type === 'fixed' || type === 'custom') {
    const stepMs = duration(param('res_step'));
    if (stepMs !== undefined) return { kind: 'fixed', stepMs };
  }
  const legacyMs = type === null ? duration(param('step_input')) : undefined;
  if (legacyMs !== undefined) return { kind: 'fixed', stepMs: legacyMs };
  return { kind: 'auto', density: decodeDensity(param('res_density')) };
}

function decodeDensity(text: string | null): Density {
  return text === 'low' || text === 'high' ? text : 'medium';
}

function encodePanel(panel: Panel): [string, string][] {
  const params: [string, string][] = [
    ['expr', panel.expr],
    ['tab', panel.tab],
  ];
  if (panel.endMs !== null) {
    const end = formatInstant(panel.endMs, 'utc');
    params.push(['end_input', end], ['moment_input', end]);
  }
  if (panel.rangeMs !== DEFAULT_RANGE_MS) params.push(['range_input', formatDuration(panel.rangeMs)]);
  if (panel.resolution.kind === 'fixed') {
    const seconds = String(panel.resolution.stepMs / 1000);
    params.push(['step_input', seconds], ['res_type', 'fixed'], ['res_step', seconds]);
  } else if (panel.resolution.density !== 'medium') {
    params.push(['res_type', 'auto'], ['res_density', panel.resolution.density]);
  }
  if (panel.stacked) params.push(['display_mode', 'stacked'], ['stacked', '1']);
  return params;
}

function instant(text: string | null): number | undefined {
  return text === null ? undefined : parseInstant(text, 'utc');
}

function duration(text: string | null): number | undefined {
  return text === null ? undefined : parseDuration(text);
}
