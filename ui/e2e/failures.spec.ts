/** What the page says when the server does not do as it should. The answers are put in its mouth here. */

import type { Page } from '@playwright/test';

import { expect, link, panel, test } from './test';

async function answer(page: Page, path: string, fields: object, status = 200): Promise<void> {
  await page.route(`**/api/v1${path}*`, (route) => route.fulfill({ status, json: fields }));
}

test('a server that falls silent is reported, the last answer stays, and it recovers', async ({ page }) => {
  await page.goto(`${link([{ expr: 'vector(1)', tab: 'table' }])}&refresh=1s`);
  const cell = panel(page).getByRole('cell', { name: '1', exact: true });
  await expect(cell).toBeVisible();

  await page.route('**/api/**', (route) => route.abort());
  await page.reload();
  const alert = page.getByRole('alert').filter({ hasText: 'The server is unreachable' });
  await expect(alert).toBeVisible();
  await page.unroute('**/api/**');
  await expect(alert).toBeHidden({ timeout: 10_000 });
  await expect(cell).toBeVisible();
});

test.describe('with an error that is provoked', () => {
  test.use({ tolerated: /Refusal: out of luck/ });

  test('a page whose data cannot be had offers to try again', async ({ page }) => {
    await answer(page, '/targets', { status: 'error', errorType: 'internal', error: 'out of luck' }, 500);
    await page.goto('/targets');
    await expect(page.getByRole('alert')).toContainText('out of luck');
    await page.unroute('**/api/v1/targets*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('textbox', { name: 'Filter targets' })).toBeVisible();
  });
});

test('a configuration that was not loaded is announced', async ({ page }) => {
  await answer(page, '/status/runtimeinfo', {
    status: 'success',
    data: { reloadConfigSuccess: false, lastConfigTime: '2026-11-20T09:30:00Z' },
  });
  await page.goto('/flags');
  await expect(page.getByRole('alert')).toContainText('The last configuration was not loaded');
});

test('warnings, remarks and native histograms are shown', async ({ page }) => {
  await answer(page, '/query', {
    status: 'success',
    data: {
      resultType: 'vector',
      result: [
        {
          metric: { __name__: 'latency' },
          histogram: [1, { count: '3', sum: '1.5', buckets: [[0, '0.5', '1', '3']] }],
        },
      ],
    },
    warnings: ['PromQL warning: careful'],
    infos: ['PromQL info: by the way'],
  });
  await page.goto(link([{ expr: 'latency', tab: 'table' }]));
  await expect(page.getByRole('status').filter({ hasText: 'careful' })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'by the way' })).toBeVisible();
  await expect(page.getByRole('row').nth(1)).toContainText('count 3, sum 1.5');
  await expect(page.getByRole('row').nth(1)).toContainText('(0.5, 1] 3');
});

test('a thousand series are drawn, and named on demand', async ({ page }) => {
  const result = Array.from({ length: 1000 }, (_, series) => ({
    metric: { n: String(series) },
    values: Array.from({ length: 241 }, (_, step) => [1_767_225_600 + step * 15, String(series + step)]),
  }));
  await answer(page, '/query_range', { status: 'success', data: { resultType: 'matrix', result } });
  await page.goto(link([{ expr: 'many', tab: 'graph', end_input: '2026-01-01 01:00:00' }]));
  await expect(page.getByRole('img', { name: 'Graph of many: 1000 series' })).toBeVisible();
  await page.getByRole('button', { name: '950 more series' }).click();
  await expect(page.getByRole('list', { name: 'Legend' }).getByRole('listitem')).toHaveCount(201);
});
