import { expect, test } from './test';

test('the status pages say what the server says', async ({ page, request }) => {
  const build = (await (await request.get('/api/v1/status/buildinfo')).json()) as {
    data: { version: string };
  };
  await page.goto('/status');
  await expect(page.getByRole('table', { name: 'Build' })).toContainText(build.data.version);
  await expect(page.getByRole('table', { name: 'Runtime' })).toContainText('Retention');

  const pages = page.getByRole('navigation', { name: 'Status pages' });
  await pages.getByRole('link', { name: 'Store' }).click();
  await expect(page).toHaveURL(/\/tsdb-status$/);
  for (const title of [
    'Metrics with most series',
    'Labels with most values',
    'Labels that take most memory',
    'Label pairs with most series',
  ]) {
    await expect(page.getByRole('region', { name: title })).toBeVisible();
  }

  await pages.getByRole('link', { name: 'Configuration' }).click();
  await expect(page).toHaveURL(/\/config$/);
  await expect(page.getByRole('region', { name: 'Loaded configuration' })).toBeVisible();
});

test('flags are found by name', async ({ page }) => {
  await page.goto('/flags');
  await page.getByRole('textbox', { name: 'Filter flags' }).fill('storage.tsdb.retention');
  await expect(page.getByRole('cell', { name: '--storage.tsdb.retention.time' })).toBeVisible();
  await expect(page.getByRole('cell', { name: /^--web/ })).toHaveCount(0);
});
