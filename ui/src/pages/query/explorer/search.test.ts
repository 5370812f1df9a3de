import { expect, test } from 'vitest';

import { describe, search } from './search';

const metrics = describe(['go_info', 'http_requests_total', 'http_seconds_bucket', 'job:http:rate'], {
  go_info: [{ type: 'gauge', help: 'About Go.', unit: '' }],
  http_requests: [{ type: 'counter', help: 'Requests so far.', unit: '' }],
  http_seconds: [{ type: 'histogram', help: 'Time taken.', unit: '' }],
});

test('parts of a family have its type and help, others none', () => {
  expect(metrics.map(({ type }) => type)).toEqual(['gauge', 'counter', 'histogram', '']);
});

test.each([
  ['', ['go_info', 'http_requests_total', 'http_seconds_bucket', 'job:http:rate']],
  ['http', ['http_requests_total', 'http_seconds_bucket', 'job:http:rate']],
  ['HTTP counter', ['http_requests_total']],
  ['taken', ['http_seconds_bucket']],
  ['nothing like it', []],
])('searching %j', (text, names) => {
  expect(search(metrics, text).map(({ name }) => name)).toEqual(names);
});
