import type { TsdbStatus } from '../../api/status';
import { useSettings } from '../../settings/settings';
import { readableSpan } from '../../time/duration';
import { formatInstant } from '../../time/wall';
import classes from './HeadFigures.module.css';

export function HeadFigures({ head }: { head: TsdbStatus['headStats'] }) {
  const { zone } = useSettings();
  const empty = head.numSeries === 0 || head.minTime > head.maxTime;
  const figures: [string, string][] = [
    ['Series', head.numSeries.toLocaleString('en')],
    ['Chunks', head.chunkCount.toLocaleString('en')],
    ['Label pairs', head.numLabelPairs === undefined ? 'not told' : head.numLabelPairs.toLocaleString('en')],
    ['Oldest sample', empty ? 'none' : formatInstant(head.minTime, zone)],
    ['Newest sample', empty ? 'none' : formatInstant(head.maxTime, zone)],
    ['Span', empty ? 'none' : readableSpan(head.maxTime - head.minTime)],
  ];
  return (
    <dl className={classes.figures} aria-label="Head">
      {figures.map(([name, value]) => (
        <div key={name} className={classes.figure}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
