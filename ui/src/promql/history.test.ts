// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest';

import { readHistory, remember } from './history';

beforeEach(() => {
  localStorage.clear();
});

test('the newest comes first, and nothing twice', () => {
  for (const expr of ['a', 'b', 'a', ' ', 'c']) remember(expr);
  expect(readHistory()).toEqual(['c', 'a', 'b']);
});

test('it does not grow for ever', () => {
  for (let index = 0; index < 150; index += 1) remember(`up + ${index}`);
  expect(readHistory()).toHaveLength(100);
  expect(readHistory()[0]).toBe('up + 149');
});

test.each(['nonsense', '{}', '[1, null]'])('a stored %s is an empty history', (stored) => {
  localStorage.setItem('ferula.history', stored);
  expect(readHistory()).toEqual([]);
});
