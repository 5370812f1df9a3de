/** The tests' base: a page whose console must stay clean, and the few moves that many of them make. */

import { test as base, type Locator, type Page } from '@playwright/test';

export { expect } from '@playwright/test';

export const test = base.extend<{ tolerated: RegExp | undefined; cleanConsole: undefined }>({
  /** What a test provokes may be in the console. */
  tolerated: [undefined, { option: true }],
  cleanConsole: [
    async ({ page, tolerated }, use) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        // A refused query is answered with status 400, which the browser reports by itself.
        const own = !message.text().startsWith('Failed to load resource');
        if (message.type() === 'error' && own && !tolerated?.test(message.text()))
          complaints.push(message.text());
      });
      await use(undefined);
      if (complaints.length > 0) throw new Error(`the console complains:\n${complaints.join('\n')}`);
    },
    { auto: true },
  ],
});

export function link(panels: Record<string, string>[]): string {
  const params = new URLSearchParams();
  panels.forEach((panel, index) => {
    for (const [name, value] of Object.entries(panel)) params.set(`g${index}.${name}`, value);
  });
  return `/query?${params.toString()}`;
}

export function panel(page: Page, number = 1): Locator {
  return page.getByRole('region', { name: `Panel ${number}` });
}

/** The real editor, not the plain one that stands in for it while it loads. */
export function editor(scope: Page | Locator): Locator {
  return scope.locator('.cm-content').and(scope.getByRole('textbox', { name: 'Expression' }));
}

export async function write(scope: Page | Locator, expr: string): Promise<void> {
  const field = editor(scope);
  await field.click();
  await field.press('Control+a');
  await field.press('Delete');
  // Inserted at once, so that completion has nothing to offer and brackets are not closed twice.
  const page = 'keyboard' in scope ? scope : scope.page();
  await page.keyboard.insertText(expr);
}
