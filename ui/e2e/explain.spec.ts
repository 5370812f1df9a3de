/** Where a query's time went, as a tree, and what runs now. */

import { expect, link, panel, test } from './test';

const EXPR = 'sum by (job) (rate(scrape_samples_scraped[5m])) / on (job) count by (job) (up)';

test('a query is explained as a tree', async ({ page }) => {
  await page.goto(link([{ expr: EXPR, tab: 'table' }]));
  await panel(page).getByRole('tab', { name: 'Explain' }).click();
  await expect(page).toHaveURL(/g0\.tab=explain/);
  const tree = page.getByRole('treegrid', { name: 'Query plan' });
  const rows = tree.locator('tbody').getByRole('row');
  await expect(rows).toHaveCount(6);
  await expect(rows.nth(0)).toContainText('one-to-one on (job)');
  await expect(rows.nth(1)).toContainText('by (job)');
  await expect(rows.nth(3)).toContainText('{__name__="scrape_samples_scraped"}[5m]');
  await expect(rows.nth(3)).toHaveAttribute('aria-level', '4');
});

test('the tree is walked with the keyboard', async ({ page }) => {
  await page.goto(link([{ expr: EXPR, tab: 'explain' }]));
  const tree = page.getByRole('treegrid', { name: 'Query plan' });
  const rows = tree.locator('tbody').getByRole('row');
  await expect(rows).toHaveCount(6);
  await rows.nth(0).focus();
  await page.keyboard.press('ArrowDown');
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('ArrowRight');
  await expect(rows).toHaveCount(6);
  await page.keyboard.press('End');
  await expect(rows.nth(5)).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(rows.nth(4)).toBeFocused();
});

test('what a query is made of is shown before it has run', async ({ page }) => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/api/v1/query_range', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(link([{ expr: EXPR, tab: 'explain' }]));
  const rows = page.getByRole('treegrid', { name: 'Query tree' }).locator('tbody').getByRole('row');
  await expect(rows).toHaveCount(6);
  await expect(rows.nth(0)).toContainText('on (job)');
  await expect(rows.nth(3)).toContainText('{__name__="scrape_samples_scraped"}[5m]');
  await rows.nth(0).focus();
  await page.keyboard.press('End');
  await expect(rows.nth(5)).toBeFocused();
  release();
  await expect(page.getByRole('treegrid', { name: 'Query plan' })).toBeVisible();
});

test('a query that cannot run says why', async ({ page }) => {
  await page.goto(link([{ expr: 'sum(', tab: 'explain' }]));
  await expect(panel(page).getByRole('alert')).toBeVisible();
});

test('running queries are listed and stopped', async ({ page }) => {
  const query = {
    id: 7,
    query: 'count({__name__=~".+"})',
    state: 'running',
    start: 1_700_000_000,
    end: 1_700_003_600,
    step: 15,
    arrived: 1_700_003_600,
    waitedSeconds: 0,
    runningSeconds: 12.5,
    series: 512_000,
    samplesRead: 1_000_000,
    heldBytes: 1 << 20,
    peakBytes: 1 << 24,
    asker: { address: '10.0.0.7', forwardedFor: '', agent: 'Grafana/12', path: '/api/v1/query_range' },
  };
  let queries = [query];
  await page.route('**/api/ferula/v1/queries', (route) =>
    route.fulfill({
      json: {
        status: 'success',
        data: { queries, concurrencyMax: 20, waiting: 0, memory: { heldBytes: 1 << 20, maxBytes: 1 << 30 } },
      },
    }),
  );
  await page.route('**/api/ferula/v1/queries/7/stop', (route) => {
    queries = [];
    return route.fulfill({ json: { status: 'success', data: { id: 7 } } });
  });
  await page.goto('/queries');
  const row = page.getByRole('row', { name: /count/ });
  await expect(row).toContainText('Grafana/12');
  await expect(row).toContainText('512,000');
  await expect(row).toContainText('16 MiB');
  await page.getByRole('button', { name: 'Stop query 7' }).click();
  await expect(page.getByText('No query runs.')).toBeVisible();
});

test('the real server lists what it runs', async ({ page }) => {
  await page.goto('/queries');
  await expect(page.getByRole('region', { name: 'Running queries' })).toContainText('run at once');
});
