import { Skeleton } from '@mantine/core';

import type { Panel } from './panels';
import { Notices } from './Notices';
import { QueryFailure } from './QueryFailure';
import classes from './QueryPanel.module.css';
import { ResultTable } from './ResultTable';
import { countOf } from './rows';
import { Stats } from './Stats';
import { TimeField } from './TimeField';
import { standing, useInstant } from './useQueries';

/** How far one step of the evaluation time goes. */
const STEP_MS = 300_000;

interface TableTabProps {
  panel: Panel;
  refreshMs: number | null;
  onChange: (panel: Panel) => void;
}

export function TableTab({ panel, refreshMs, onChange }: TableTabProps) {
  const { data, error: failure, isFetching, isPlaceholderData } = useInstant(panel, refreshMs);
  const error = standing(failure, data);
  return (
    <>
      <div className={classes.controls}>
        <TimeField
          label="Evaluation time"
          value={panel.endMs}
          stepMs={STEP_MS}
          onChange={(endMs) => onChange({ ...panel, endMs })}
        />
        {data && !error && (
          <Stats elapsedMs={data.elapsedMs} facts={[`Result: ${data.data.type}`, countOf(data.data)]} />
        )}
      </div>
      {error && <QueryFailure error={error} expr={panel.expr} />}
      {data && !error && <Notices warnings={data.warnings} infos={data.infos} />}
      {data && !error && (
        <div className={isPlaceholderData ? classes.stale : undefined} aria-busy={isFetching}>
          <ResultTable result={data.data} />
        </div>
      )}
      {!data && !error && isFetching && <Skeleton height={120} />}
    </>
  );
}
