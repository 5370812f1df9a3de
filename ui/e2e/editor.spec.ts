import { editor, expect, test, write } from './test';

test('completion offers metrics, labels and values of this server', async ({ page }) => {
  await page.goto('/query');
  const options = page.getByRole('listbox', { name: 'Completions' }).getByRole('option');
  await editor(page).click();
  await page.keyboard.type('scrape_');
  await expect(options.filter({ hasText: /^scrape_duration_seconds/ })).toBeVisible();
  // The list takes keys only after a moment, lest it swallow an Enter that was meant to run the expression.
  await expect(async () => {
    await page.keyboard.press('ArrowDown');
    await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true', { timeout: 100 });
  }).toPass();
  await expect(async () => {
    await page.keyboard.press('ArrowDown');
    await expect(options.filter({ hasText: /^scrape_duration_seconds/ })).toHaveAttribute(
      'aria-selected',
      'true',
      {
        timeout: 100,
      },
    );
  }).toPass();
  await page.keyboard.press('Enter');
  await expect(editor(page)).toHaveText('scrape_duration_seconds');

  await page.keyboard.type('{jo');
  await options.filter({ hasText: /^job$/ }).click();
  await page.keyboard.type('="');
  await options.first().click();
  await expect(editor(page)).toHaveText(/^scrape_duration_seconds\{job="[^"]+"\}$/);
  await page.keyboard.press('Shift+Enter');
  await expect(page.getByRole('img', { name: /^Graph of scrape_duration_seconds/ })).toBeVisible();
});

test('completion offers functions', async ({ page }) => {
  await page.goto('/query');
  await editor(page).click();
  await page.keyboard.type('histogram_qua');
  await expect(page.getByRole('option', { name: 'histogram_quantilefunction' })).toBeVisible();
});

for (const keys of ['Enter', 'Shift+Enter', 'Control+Enter']) {
  test(`${keys} runs the expression`, async ({ page }) => {
    await page.goto('/query');
    await write(page, 'vector(7)');
    await page.keyboard.press(keys);
    await expect(page.getByRole('img', { name: 'Graph of vector(7): 1 series' })).toBeVisible();
  });
}

test('mistakes are underlined while one writes', async ({ page }) => {
  await page.goto('/query');
  await write(page, 'sum(rate(up))');
  await expect(page.locator('.cm-lintRange-error')).not.toHaveCount(0);
});

test('an expression is formatted by the server', async ({ page }) => {
  await page.goto('/query');
  await write(page, 'sum(rate(up[5m]))by(job)');
  await page.getByRole('button', { name: 'Panel actions' }).click();
  await page.getByRole('menuitem', { name: 'Format expression' }).click();
  await expect(editor(page)).toHaveText('sum by (job) (rate(up[5m]))');
});

test('what was run is in the history, and runs from there', async ({ page }) => {
  await page.goto('/query');
  for (const expr of ['vector(1)', 'vector(2)']) {
    await write(page, expr);
    await page.keyboard.press('Shift+Enter');
    await expect(page.getByRole('img', { name: `Graph of ${expr}: 1 series` })).toBeVisible();
  }
  await page.getByRole('button', { name: 'History' }).click();
  await page.getByRole('menuitem', { name: 'vector(1)' }).click();
  await expect(editor(page)).toHaveText('vector(1)');
  await expect(page.getByRole('img', { name: 'Graph of vector(1): 1 series' })).toBeVisible();
});

test('the explorer finds a metric by its help and puts it where the cursor is', async ({ page }) => {
  await page.goto('/query');
  await write(page, 'sum()');
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('button', { name: 'Explore metrics' }).click();
  const dialog = page.getByRole('dialog', { name: 'Metrics' });
  await dialog.getByRole('textbox', { name: 'Search metrics' }).fill('scrape_duration');
  await expect(dialog.getByRole('status')).toContainText(/^\d+ of \d+ metrics/);
  await dialog.getByRole('button', { name: /^scrape_duration_seconds/ }).click();
  await expect(dialog).toBeHidden();
  await expect(editor(page)).toHaveText('sum(scrape_duration_seconds)');
});

test('completion offers what was run before', async ({ page }) => {
  await page.goto('/query');
  await write(page, 'vector(8) + vector(9)');
  await page.keyboard.press('Shift+Enter');
  await expect(page.getByRole('img', { name: /^Graph of vector\(8\)/ })).toBeVisible();
  await write(page, '');
  await page.keyboard.type('vec');
  await page.getByRole('option', { name: /^vector\(8\) \+ vector\(9\)/ }).click();
  await expect(editor(page)).toHaveText('vector(8) + vector(9)');
});
