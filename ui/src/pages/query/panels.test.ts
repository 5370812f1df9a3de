import { expect, test } from 'vitest';

import { decodePanels, encodePanels, newPanel, type Panel } from './panels';

const END = Date.UTC(2026, 10, 20, 9, 30);
const table = { ...newPanel('up'), tab: 'table' } as const;

test.each<[string, string, Panel[]]>([
  ['no panel', '', []],
  ['the least', 'g0.expr=up', [table]],
  [
    'a graph of 2.x',
    'g0.expr=up&g0.tab=0&g0.stacked=1&g0.show_exemplars=0&g0.range_input=12h&g0.end_input=2026-11-20%2009%3A30%3A00&g0.step_input=30',
    [
      {
        expr: 'up',
        tab: 'graph',
        stacked: true,
        rangeMs: 12 * 3_600_000,
        endMs: END,
        resolution: { kind: 'fixed', stepMs: 30_000 },
      },
    ],
  ],
  [
    'a table of 2.x',
    'g0.expr=up&g0.tab=1&g0.moment_input=2026-11-20%2009%3A30%3A00',
    [{ ...table, endMs: END }],
  ],
  [
    'a graph of 3.x',
    'g0.expr=up&g0.show_tree=0&g0.tab=graph&g0.range_input=1h&g0.res_type=auto&g0.res_density=high&g0.display_mode=lines&g0.show_exemplars=0',
    [{ ...newPanel('up'), resolution: { kind: 'auto', density: 'high' } }],
  ],
  [
    'a custom step of 3.x',
    'g0.expr=up&g0.tab=graph&g0.res_type=custom&g0.res_step=7.5&g0.display_mode=stacked',
    [{ ...newPanel('up'), stacked: true, resolution: { kind: 'fixed', stepMs: 7_500 } }],
  ],
  ['an explanation', 'g0.expr=up&g0.tab=explain', [{ ...newPanel('up'), tab: 'explain' }]],
  ['several', 'g0.expr=up&g1.expr=a&g1.tab=graph', [table, newPanel('a')]],
  ['those before a hole', 'g0.expr=up&g2.expr=a', [table]],
  ['an unknown tab', 'g0.expr=up&g0.tab=other', [table]],
  [
    'what cannot be read',
    'g0.expr=up&g0.range_input=never&g0.end_input=soon&g0.step_input=-3&g0.res_density=9',
    [table],
  ],
])('reads %s', (_, search, panels) => {
  expect(decodePanels(search)).toEqual(panels);
});

const states: Panel[][] = [
  [newPanel('sum by (job) (rate(a{b=~"c|d", e!="ü+&="}[5m]))\n> 1')],
  [{ ...newPanel('up'), endMs: END, rangeMs: 90_000, stacked: true }, table, newPanel('')],
  [{ ...table, resolution: { kind: 'auto', density: 'low' } }],
  [{ ...newPanel('a'), resolution: { kind: 'fixed', stepMs: 500 }, rangeMs: 8 * 86_400_000 }],
];

test.each(states.map((panels) => [panels]))('state to URL to state changes nothing: %o', (panels) => {
  expect(decodePanels(encodePanels(panels))).toEqual(panels);
});

test('a link says nothing that goes without saying', () => {
  expect(encodePanels([newPanel('up')])).toBe('g0.expr=up&g0.tab=graph');
});

test('a link cannot ask for more panels than a page can bear', () => {
  const many = Array.from({ length: 500 }, (_, index) => `g${index}.expr=up`).join('&');
  expect(decodePanels(many)).toHaveLength(100);
});
