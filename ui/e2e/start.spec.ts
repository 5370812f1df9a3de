import { editor, expect, test } from './test';

test('the first page draws living graphs, and a click makes one a query', async ({ page }) => {
  await page.goto('/');
  const graphs = page.getByRole('region', { name: 'Right now' });
  const durations = graphs.getByRole('region', { name: 'Scrape durations' });
  await expect(
    durations.getByRole('img', { name: /^Graph of scrape_duration_seconds: \d+ series$/ }),
  ).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Refresh every' })).toHaveValue('5000');

  await durations.getByRole('button', { name: 'Scrape durations' }).click();
  await expect(editor(page)).toHaveText('scrape_duration_seconds');
  await expect(graphs).toBeHidden();
  await expect(page.getByRole('tab', { name: 'Graph' })).toHaveAttribute('aria-selected', 'true');
});
