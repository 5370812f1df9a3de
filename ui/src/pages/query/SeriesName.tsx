/** A series as PromQL selects it, its parts in the editor's colours. */

import type { Labels } from '../../api/result';
import { partsOf } from '../../format/labels';
import classes from './SeriesName.module.css';

export function SeriesName({ metric }: { metric: Labels }) {
  const { name, labels } = partsOf(metric);
  if (labels.length === 0) return <span className={classes.series}>{name === '' ? '{}' : name}</span>;
  return (
    <span className={classes.series}>
      <span className={classes.name}>{name}</span>
      {'{'}
      {labels.map(([label, value], index) => (
        <span key={label}>
          {index > 0 && ', '}
          <span className={classes.label}>{label}</span>=<span className={classes.text}>{value}</span>
        </span>
      ))}
      {'}'}
    </span>
  );
}
