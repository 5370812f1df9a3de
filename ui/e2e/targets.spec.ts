import { expect, test } from './test';

interface Targets {
  data: {
    activeTargets: {
      scrapePool: string;
      scrapeUrl: string;
      labels: Record<string, string>;
      health: string;
    }[];
  };
}

test('every active target stands in its pool', async ({ page, request }) => {
  const { data } = (await (await request.get('/api/v1/targets')).json()) as Targets;
  expect(data.activeTargets.length).toBeGreaterThan(0);
  await page.goto('/targets');
  for (const { scrapePool, scrapeUrl } of data.activeTargets) {
    const pool = page.getByRole('region', { name: `Pool ${scrapePool}`, exact: true });
    await expect(pool.getByRole('row').filter({ hasText: scrapeUrl }).first()).toBeVisible();
  }
});

test('text narrows the list, and stays in the URL', async ({ page, request }) => {
  const { data } = (await (await request.get('/api/v1/targets')).json()) as Targets;
  const first = data.activeTargets[0];
  if (!first) throw new Error('the server under test scrapes nothing');
  await page.goto('/targets');
  const filter = page.getByRole('textbox', { name: 'Filter targets' });

  await filter.fill(first.scrapeUrl);
  await expect(page.getByRole('row').filter({ hasText: first.scrapeUrl }).first()).toBeVisible();
  await expect(page).toHaveURL(/search=/);
  await page.reload();
  await expect(filter).toHaveValue(first.scrapeUrl);

  await filter.fill('no target is called like this');
  await expect(page.getByText('No target passes the filter.')).toBeVisible();
});

test('health narrows the list', async ({ page }) => {
  await page.goto('/targets');
  const only = page.getByRole('group', { name: 'Show only' });
  const up = only.getByRole('button', { name: /up$/ });
  await up.click();
  await expect(up).toHaveAttribute('aria-pressed', 'true');
  await expect(page).toHaveURL(/health=up/);
  const healths = page.getByRole('row').getByRole('cell').nth(1);
  await expect(healths).toHaveText('up');
  await expect(page.getByRole('cell', { name: 'down', exact: true })).toHaveCount(0);
});

test('labels before relabelling unfold', async ({ page }) => {
  await page.goto('/targets');
  const row = page.getByRole('row').nth(1);
  const discovered = row.getByRole('list', { name: 'Discovered labels' });
  await expect(discovered).toBeHidden();
  await row.getByText('Before relabelling').click();
  await expect(discovered).toContainText('__address__');
});

test('/service-discovery leads to the targets', async ({ page }) => {
  await page.goto('/service-discovery');
  await expect(page.getByRole('heading', { name: 'Targets', level: 1 })).toBeVisible();
});
