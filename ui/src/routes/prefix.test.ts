import { expect, test } from 'vitest';

import { prefixOf } from './prefix';

test.each([
  ['http://a:9090/assets/index-B3x.js', ''],
  ['https://a/ferula/assets/index-B3x.js', '/ferula'],
  ['https://a/one/two/assets/index-B3x.js', '/one/two'],
])('a page with %s has the prefix %j', (script, prefix) => {
  expect(prefixOf(script)).toBe(prefix);
});
