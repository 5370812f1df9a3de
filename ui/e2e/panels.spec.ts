import { editor, expect, link, panel, test, write } from './test';

test('panels are added, duplicated and removed, each with its own query', async ({ page }) => {
  await page.goto(link([{ expr: 'vector(1)', tab: 'table' }]));
  await expect(panel(page).getByRole('cell', { name: '1', exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Add panel' }).click();
  await write(panel(page, 2), 'vector(2)');
  await panel(page, 2).getByRole('button', { name: 'Run' }).click();
  await panel(page, 2).getByRole('tab', { name: 'Table' }).click();
  await expect(panel(page, 2).getByRole('cell', { name: '2', exact: true })).toBeVisible();

  await panel(page, 1).getByRole('button', { name: 'Panel actions' }).click();
  await page.getByRole('menuitem', { name: 'Duplicate panel' }).click();
  await expect(panel(page, 3)).toBeVisible();
  await expect(editor(panel(page, 2))).toHaveText('vector(1)');
  await expect(editor(panel(page, 3))).toHaveText('vector(2)');

  await panel(page, 1).getByRole('button', { name: 'Panel actions' }).click();
  await page.getByRole('menuitem', { name: 'Remove panel' }).click();
  await expect(panel(page, 3)).toBeHidden();
  await expect(editor(panel(page, 1))).toHaveText('vector(1)');
  await expect(editor(panel(page, 2))).toHaveText('vector(2)');
  await expect(page).toHaveURL(/g0\.expr=vector%281%29.*g1\.expr=vector%282%29/);
});

test('a link brings back what was on the page', async ({ page, context }) => {
  await page.goto(
    link([
      { expr: 'vector(1)', tab: 'graph', range_input: '30m', step_input: '30', display_mode: 'stacked' },
      { expr: 'time()', tab: 'table', moment_input: '2026-01-01 00:00:00' },
    ]),
  );
  await page.getByRole('button', { name: 'Add panel' }).click();
  await expect(panel(page, 3)).toBeVisible();

  const other = await context.newPage();
  await other.goto(page.url());
  await expect(editor(panel(other, 1))).toHaveText('vector(1)');
  await expect(panel(other, 1).getByRole('textbox', { name: 'Range' })).toHaveValue('30m');
  await expect(panel(other, 1).getByRole('textbox', { name: 'Step' })).toHaveValue('30s');
  await expect(panel(other, 1).getByRole('radio', { name: 'Stacked' })).toBeChecked();
  await expect(panel(other, 2).getByRole('cell', { name: '1767225600', exact: true })).toBeVisible();
  await expect(panel(other, 3)).toBeVisible();
});

test('a link of Prometheus 2 opens as it did there', async ({ page }) => {
  await page.goto('/graph?g0.expr=vector(3)&g0.tab=0&g0.stacked=0&g0.show_exemplars=0&g0.range_input=15m');
  await expect(page.getByRole('tab', { name: 'Graph' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('img', { name: 'Graph of vector(3): 1 series' })).toBeVisible();
});

test('back undoes what was run', async ({ page }) => {
  await page.goto(link([{ expr: 'vector(1)', tab: 'table' }]));
  await expect(panel(page).getByRole('cell', { name: '1', exact: true })).toBeVisible();
  await write(page, 'vector(2)');
  await page.keyboard.press('Shift+Enter');
  await expect(panel(page).getByRole('cell', { name: '2', exact: true })).toBeVisible();
  await page.goBack();
  await expect(editor(page)).toHaveText('vector(1)');
  await expect(panel(page).getByRole('cell', { name: '1', exact: true })).toBeVisible();
});

test('the first run from the start page keeps the editor and its focus', async ({ page }) => {
  await page.goto('/');
  await write(page, 'vector(4)');
  await page.keyboard.press('Shift+Enter');
  await expect(page.getByRole('img', { name: 'Graph of vector(4): 1 series' })).toBeVisible();
  await expect(page).toHaveURL(/\/query\?g0\.expr=/);
  await expect(editor(page)).toBeFocused();
});
