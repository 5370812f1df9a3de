/** A set of labels as small tags. */

import type { Labels } from '../api/result';
import classes from './LabelList.module.css';

export function LabelList({ labels, name }: { labels: Labels; name: string }) {
  return (
    <ul className={classes.list} aria-label={name}>
      {Object.entries(labels)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([label, value]) => (
          <li key={label} className={classes.tag}>
            <span className={classes.label}>{label}</span>=&quot;{value}&quot;
          </li>
        ))}
    </ul>
  );
}
