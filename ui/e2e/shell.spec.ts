import { editor, expect, test } from './test';

test('the keyboard alone leads through the pages', async ({ page }) => {
  await page.goto('/targets');
  await expect(page.getByRole('heading', { name: 'Targets', level: 1 })).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('textbox', { name: 'Filter targets' })).toBeFocused();
  // In a field a letter is a letter.
  await page.keyboard.type('gq?');
  await expect(page).toHaveURL(/\/targets/);
  await page.getByRole('textbox', { name: 'Filter targets' }).blur();

  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await expect(page).toHaveURL(/\/flags$/);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toContainText('go to Targets');
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
  await page.keyboard.press('g');
  await page.keyboard.press('q');
  await expect(page).toHaveURL(/\/query$/);
  await expect(editor(page)).toBeFocused();
  await page.keyboard.insertText('vector(5)');
  await page.keyboard.press('Shift+Enter');
  await expect(page.getByRole('img', { name: 'Graph of vector(5): 1 series' })).toBeVisible();
});

test('the first tab stop skips to the page', async ({ page }) => {
  await page.goto('/status');
  await expect(page.getByRole('heading', { name: 'Status', level: 1 })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the page' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

test('the editor does not trap the tab key', async ({ page }) => {
  await page.goto('/query');
  await expect(editor(page)).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Explore metrics' })).toBeFocused();
});

test('colours are the system’s until one chooses, and the choice stays', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/status');
  const root = page.locator('html');
  await expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(root).toHaveAttribute('data-mantine-color-scheme', 'light');

  await page.getByRole('button', { name: 'Colours' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.reload();
  await expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('pages that are missing, and those that are not there yet, say so', async ({ page }) => {
  await page.goto('/dashboards/nowhere');
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
  await page.goto('/alerts');
  await expect(page.getByRole('heading', { name: 'Alerts: not there yet' })).toBeVisible();
  await page.getByRole('link', { name: 'To the queries' }).click();
  await expect(page).toHaveURL(/\/query$/);
});
