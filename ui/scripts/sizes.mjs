// Prints what a browser has to fetch: every file of dist/, raw and gzipped, and the sum of the first load.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
const kilobytes = (bytes) => (bytes / 1000).toFixed(1).padStart(8);
const zipped = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;

const files = readdirSync(join(dist, 'assets')).map((name) => `assets/${name}`);
const page = readFileSync(join(dist, 'index.html'), 'utf8');
const first = files.filter((file) => page.includes(file) && /\.(js|css)$/.test(file));

let total = 0;
for (const file of ['index.html', ...files]) {
  const gz = zipped(file);
  total += gz;
  console.log(kilobytes(readFileSync(join(dist, file)).length), kilobytes(gz), file);
}
const firstLoad = first.reduce((sum, file) => sum + zipped(file), zipped('index.html'));
console.log(`first load ${kilobytes(firstLoad).trim()} kB gz, everything ${kilobytes(total).trim()} kB gz`);
