/** No page may break WCAG 2.1 A and AA, in either scheme, as far as axe can see. */

import { createRequire } from 'node:module';

import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';

import { expect, link, test } from './test';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const pages: [name: string, path: string, ready: string][] = [
  ['the start page', '/', 'Right now'],
  ['a table', link([{ expr: 'up', tab: 'table' }]), 'Query'],
  ['a graph', link([{ expr: 'up', tab: 'graph' }]), 'Query'],
  ['an explanation', link([{ expr: 'sum(rate(up[5m]))', tab: 'explain' }]), 'Query'],
  ['an error', link([{ expr: 'sum(', tab: 'graph' }]), 'Query'],
  ['the targets', '/targets', 'Targets'],
  ['the status', '/status', 'Build'],
  ['the store', '/tsdb-status', 'Metrics with most series'],
  ['the running queries', '/queries', 'Status'],
  ['the flags', '/flags', 'Status'],
  ['the configuration', '/config', 'Status'],
  ['a missing page', '/dashboards/nowhere', 'There is no such page'],
];

async function violations(page: Page): Promise<string[]> {
  await page.waitForLoadState('networkidle');
  await page.addScriptTag({ path: AXE });
  const results = await page.evaluate(() => {
    const { axe } = window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } };
    return axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
  });
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
  );
}

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme, contextOptions: { reducedMotion: 'reduce' } });

    for (const [name, path, heading] of pages) {
      test(`${name} is accessible`, async ({ page }) => {
        await page.goto(path);
        await expect(page.getByRole('heading', { name: heading })).toBeVisible();
        expect(await violations(page)).toEqual([]);
      });
    }

    test('warnings and remarks are accessible', async ({ page }) => {
      const data = { resultType: 'scalar', result: [1, '1'] };
      await page.route('**/api/v1/query', (route) =>
        route.fulfill({ json: { status: 'success', data, warnings: ['careful'], infos: ['by the way'] } }),
      );
      await page.goto(link([{ expr: '1', tab: 'table' }]));
      await expect(page.getByText('by the way')).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test('the explorer and the help are accessible', async ({ page }) => {
      await page.goto('/query');
      await page.getByRole('button', { name: 'Explore metrics' }).click();
      await expect(page.getByRole('dialog', { name: 'Metrics' }).getByRole('listitem').first()).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
      await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });
  });
}
