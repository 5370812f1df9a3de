import { expect, test } from 'vitest';

import type { Unit } from './unit';
import { unitOf } from './unitOf';

test.each<[string, Unit]>([
  ['node_memory_MemFree_bytes', 'bytes'],
  ['sum by (job) (process_resident_memory_bytes{job="host"})', 'bytes'],
  ['sum(process_resident_memory_bytes) by (job)', 'bytes'],
  ['node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes', 'bytes'],
  ['rate(node_network_receive_bytes_total{device!="lo"}[1m])', 'bytes/s'],
  ['increase(node_network_receive_bytes_total[1h])', 'bytes'],
  ['scrape_duration_seconds', 'seconds'],
  ['max_over_time(scrape_duration_seconds[5m])', 'seconds'],
  ['histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))', 'none'],
  // Seconds per second are a share of a core, not a duration.
  ['rate(node_cpu_seconds_total[1m])', 'none'],
  ['node_memory_MemFree_bytes / node_memory_MemTotal_bytes', 'ratio'],
  ['node_memory_MemFree_bytes * 8', 'none'],
  ['rate(a_seconds_sum[5m]) / rate(a_seconds_count[5m])', 'none'],
  ['count(node_memory_MemFree_bytes)', 'none'],
  ['node_memory_MemFree_bytes + scrape_duration_seconds', 'none'],
  ['process_start_time_seconds', 'none'],
  ['node_boot_time_seconds', 'none'],
  ['up', 'none'],
  ['up{path="a_bytes"}', 'none'],
  ['# of disk_bytes\nup', 'none'],
  ['', 'none'],
])('%s is in %s', (expr, unit) => {
  expect(unitOf(expr)).toBe(unit);
});
