import { LabelList } from '../../ui/LabelList';
import classes from './PoolCard.module.css';
import type { Pool } from './pools';

/** Dropped targets that are listed at most: thousands are common, and look alike. */
const LISTED_MAX = 100;

export function DroppedList({ pool }: { pool: Pool }) {
  const listed = pool.dropped.slice(0, LISTED_MAX);
  const noun = pool.droppedCount === 1 ? 'target was' : 'targets were';
  return (
    <details className={classes.dropped}>
      <summary>{`${pool.droppedCount} ${noun} dropped by relabelling`}</summary>
      {listed.map((target, index) => (
        <div key={index}>
          <LabelList labels={target.discoveredLabels} name="Discovered labels" />
        </div>
      ))}
      {pool.droppedCount > listed.length && (
        <div>The other {pool.droppedCount - listed.length} are not listed.</div>
      )}
    </details>
  );
}
