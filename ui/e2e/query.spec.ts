import { editor, expect, link, panel, test, write } from './test';

test('a query shows its series in a table and draws them', async ({ page }) => {
  await page.goto('/query');
  await write(page, 'up');
  await page.getByRole('button', { name: 'Run' }).click();

  await expect(page.getByRole('img', { name: /^Graph of up: \d+ series$/ })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Legend' })).toContainText('up{');
  await expect(page.getByRole('status', { name: 'Query statistics' })).toHaveText(
    /Load time: \d+ ms · Resolution: 15s · Series: \d+/,
  );

  await page.getByRole('tab', { name: 'Table' }).click();
  const rows = page.getByRole('table', { name: 'Result' }).getByRole('row');
  await expect(rows.nth(1)).toContainText('up{');
  await expect(page.getByRole('status', { name: 'Query statistics' })).toHaveText(
    /Result: vector · \d+ series/,
  );
});

for (const [expr, type, value] of [
  ['6 * 7', 'scalar', '42'],
  ['"spark"', 'string', 'spark'],
  ['vector(1.5)', 'vector', '1.5'],
] as const) {
  test(`a ${type} has its value in the table`, async ({ page }) => {
    await page.goto(link([{ expr, tab: 'table' }]));
    await expect(page.getByRole('status', { name: 'Query statistics' })).toContainText(`Result: ${type}`);
    await expect(page.getByRole('cell', { name: value, exact: true })).toBeVisible();
  });
}

test('a range selector lists its samples with their times', async ({ page }) => {
  await page.goto(link([{ expr: 'up[5m]', tab: 'table' }]));
  await expect(page.getByRole('status', { name: 'Query statistics' })).toContainText('Result: matrix');
  await expect(page.getByRole('table', { name: 'Result' })).toContainText(
    /@ \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/,
  );
});

test('rows are sorted by clicking a head', async ({ page }) => {
  await page.goto(
    link([
      {
        expr: 'label_replace(vector(2), "n", "b", "", "") or label_replace(vector(10), "n", "a", "", "")',
        tab: 'table',
      },
    ]),
  );
  const first = page.getByRole('table', { name: 'Result' }).getByRole('row').nth(1);
  await page.getByRole('button', { name: 'Value' }).click();
  await expect(first).toContainText('10');
  await page.getByRole('button', { name: 'Value' }).click();
  await expect(first).toContainText('2');
  await page.getByRole('button', { name: 'Series' }).click();
  await expect(first).toContainText('n="a"');
});

test('a query is evaluated at the time one types', async ({ page }) => {
  await page.goto(link([{ expr: 'time()', tab: 'table' }]));
  const time = page.getByRole('textbox', { name: 'Evaluation time' });
  await time.fill('2026-01-01 00:00:00');
  await time.press('Enter');
  await expect(page.getByRole('cell', { name: '1767225600', exact: true })).toBeVisible();
  await expect(page).toHaveURL(/g0\.moment_input=2026-01-01/);

  await page.getByRole('button', { name: 'Later' }).click();
  await expect(page.getByRole('cell', { name: '1767225900', exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Back to now' }).click();
  await expect(time).toHaveValue('');
  await expect(page).not.toHaveURL(/moment_input/);
});

test('a wrong query says what is wrong and where', async ({ page }) => {
  await page.goto(link([{ expr: 'sum(up) by (', tab: 'table' }]));
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('The query is not valid');
  await expect(alert).toContainText(/Line 1, column \d+: parse error/);

  await write(page, 'up');
  await editor(page).press('Shift+Enter');
  await expect(page.getByRole('table', { name: 'Result' })).toBeVisible();
  await expect(alert).toBeHidden();
});

test('dragging over a graph zooms into it, and back comes back', async ({ page }) => {
  await page.goto(link([{ expr: 'vector(1)', tab: 'graph' }]));
  const graph = page.getByRole('img', { name: /^Graph of/ });
  await expect(graph).toBeVisible();
  const box = await graph.boundingBox();
  if (!box) throw new Error('the graph has no place on the page');
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();

  await expect(page).toHaveURL(/g0\.range_input=1[0-5]m/);
  await expect(page).toHaveURL(/g0\.end_input=/);
  await page.goBack();
  await expect(page.getByRole('textbox', { name: 'Range' })).toHaveValue('1h');
  await expect(page).not.toHaveURL(/end_input/);
});

test('range, resolution and stacking are chosen and kept in the URL', async ({ page }) => {
  await page.goto(link([{ expr: 'vector(1)', tab: 'graph' }]));
  const stats = page.getByRole('status', { name: 'Query statistics' });
  await page.getByRole('button', { name: 'Longer range' }).click();
  await expect(page).toHaveURL(/g0\.range_input=2h/);
  await expect(stats).toContainText('Resolution: 30s');

  const range = page.getByRole('textbox', { name: 'Range' });
  await range.fill('30m');
  await range.press('Enter');
  await expect(stats).toContainText('Resolution: 10s');

  await page.getByRole('combobox', { name: 'Resolution' }).selectOption('Fixed step');
  await page.getByRole('textbox', { name: 'Step' }).fill('1m');
  await page.getByRole('textbox', { name: 'Step' }).press('Enter');
  await expect(page).toHaveURL(/g0\.step_input=60/);
  await expect(stats).toContainText('Resolution: 1m');

  await page.getByText('Stacked', { exact: true }).click();
  await expect(page).toHaveURL(/g0\.display_mode=stacked/);
});

test('the legend shows one series alone, and all again', async ({ page }) => {
  await page.goto(
    link([
      {
        expr: 'label_replace(vector(1), "n", "a", "", "") or label_replace(vector(2), "n", "b", "", "")',
        tab: 'graph',
      },
    ]),
  );
  const legend = page.getByRole('list', { name: 'Legend' });
  const [a, b] = [
    legend.getByRole('button', { name: '{n="a"}' }),
    legend.getByRole('button', { name: '{n="b"}' }),
  ];
  await a.click();
  await expect(a).toHaveAttribute('aria-pressed', 'true');
  await expect(b).toHaveAttribute('aria-pressed', 'false');
  await a.click();
  await expect(b).toHaveAttribute('aria-pressed', 'true');
  await b.click({ modifiers: ['Control'] });
  await expect(b).toHaveAttribute('aria-pressed', 'false');
});

test('a query is run again by itself when one asks for that', async ({ page }) => {
  await page.goto(`${link([{ expr: 'time()', tab: 'table' }])}&refresh=1s`);
  const value = panel(page).getByRole('cell').nth(1);
  const before = Number(await value.textContent());
  await expect.poll(async () => Number(await value.textContent())).toBeGreaterThan(before);
});
