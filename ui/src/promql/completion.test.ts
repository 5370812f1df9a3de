import { EditorState } from '@codemirror/state';
import { expect, test } from 'vitest';

import { withHistory } from './completion';

const HISTORY = ['up == 0', 'up', 'sum(up)', 'node_load1'];

test.each<[string, number | undefined, string[]]>([
  // The text so far, where the word begins that is completed, and what is offered.
  ['u', 0, ['up', 'up == 0']],
  ['up', 0, ['up', 'up == 0']],
  ['sum', undefined, ['sum(up)']],
  // Inside an expression a whole one has no place.
  ['sum(u', 4, ['up']],
  ['x', 0, ['up']],
])('with %j, completing from %s, one is offered %o', (text, from, labels) => {
  const state = EditorState.create({ doc: text });
  const offered = from === undefined ? null : { from, options: [{ label: 'up' }] };
  const result = withHistory(offered, { pos: text.length, state }, HISTORY);
  expect(result?.options.map(({ label }) => label)).toEqual(labels);
  expect(result?.from).toBe(from ?? 0);
});

test('not before the end of the text', () => {
  const state = EditorState.create({ doc: 'up' });
  expect(withHistory(null, { pos: 1, state }, HISTORY)).toBeNull();
});
