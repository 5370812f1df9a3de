import { expect, test } from 'vitest';

import { partsOfLine } from './yaml';

const check = (line: string) =>
  partsOfLine(line)
    .map(({ kind, text }) => (kind === 'plain' ? text : `<${kind}>${text}</>`))
    .join('');

test.each([
  ['global:', '<key>global</>:'],
  ['  interval: 15s', '  <key>interval</>:<value> 15s</>'],
  ['- job_name: a', '- <key>job_name</>:<value> a</>'],
  ['    - 127.0.0.1:9090', '    - <value>127.0.0.1:9090</>'],
  ['  url: http://a:9090/x', '  <key>url</>:<value> http://a:9090/x</>'],
  ['# a note: this', '<comment># a note: this</>'],
  ['', ''],
])('%j', (line, coloured) => {
  expect(check(line)).toBe(coloured);
});

test.each(['  a: b # c', '- - x: y', '"quoted key": 1', 'regex: (.+):.*', '\t odd'])(
  'nothing of %j is lost',
  (line) => {
    expect(
      partsOfLine(line)
        .map(({ text }) => text)
        .join(''),
    ).toBe(line);
  },
);
