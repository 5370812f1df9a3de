import classes from './QueryPanel.module.css';

/** What the last answer cost and holds, in a line. */
export function Stats({ elapsedMs, facts }: { elapsedMs: number; facts: string[] }) {
  return (
    <div className={classes.stats} role="status" aria-label="Query statistics">
      {[`Load time: ${Math.round(elapsedMs)} ms`, ...facts].join(' · ')}
    </div>
  );
}
