/** Expressions that were run on this browser, newest first, each once. */

const KEY = 'ferula.history';
const ENTRIES_MAX = 100;

export function readHistory(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((entry) => typeof entry === 'string') : [];
  } catch {
    return [];
  }
}

export function remember(expr: string): void {
  if (expr.trim() === '') return;
  try {
    localStorage.setItem(KEY, JSON.stringify(withNewest(readHistory(), expr)));
  } catch {
    // Storage can be full or forbidden; then there is no history.
  }
}

export function withNewest(history: string[], expr: string): string[] {
  return [expr, ...history.filter((entry) => entry !== expr)].slice(0, ENTRIES_MAX);
}
