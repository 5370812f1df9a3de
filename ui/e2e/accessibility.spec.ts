/** No page may break WCAG 2.1 A and AA, in either scheme, as far as axe can see. */

import { createRequire } from 'node:module';

import type { AxeResults } from 'axe-core';

import { expect, link, test } from './test';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const pages: [name: string, path: string, ready: string][] = [
  ['the start page', '/', 'Right now'],
  ['a table', link([{ expr: 'up', tab: 'table' }]), 'Query'],
  ['a graph', link([{ expr: 'up', tab: 'graph' }]), 'Query'],
  ['an error', link([{ expr: 'sum(', tab: 'graph' }]), 'Query'],
  ['the targets', '/targets', 'Targets'],
  ['the status', '/status', 'Build'],
  ['the store', '/tsdb-status', 'Metrics with most series'],
  ['the flags', '/flags', 'Status'],
  ['the configuration', '/config', 'Status'],
  ['a missing page', '/dashboards/nowhere', 'There is no such page'],
];

for (const scheme of ['light', 'dark'] as const) {
  for (const [name, path, heading] of pages) {
    test(`${name} is accessible in ${scheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.goto(path);
      await expect(page.getByRole('heading', { name: heading })).toBeVisible();
      await page.waitForLoadState('networkidle');
      await page.addScriptTag({ path: AXE });
      const results = await page.evaluate(() => {
        const { axe } = window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } };
        return axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
      });
      const found = results.violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
      );
      expect(found).toEqual([]);
    });
  }
}
