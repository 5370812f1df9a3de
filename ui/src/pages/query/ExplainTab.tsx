/** Where the time of the graph's query went. Until that is known, and where it can't be known, what the query is made of. */

import { Button, Skeleton } from '@mantine/core';

import { formatDuration } from '../../time/duration';
import { stepOf } from '../../time/resolution';
import { Icon } from '../../ui/Icon';
import { ExplainTree } from './ExplainTree';
import { Notices } from './Notices';
import type { Panel } from './panels';
import { QueryFailure } from './QueryFailure';
import classes from './QueryPanel.module.css';
import { RangeField } from './RangeField';
import { ResolutionField } from './ResolutionField';
import { Stats } from './Stats';
import { standing, useExplanation, useOutline } from './useQueries';

interface ExplainTabProps {
  panel: Panel;
  onChange: (panel: Panel) => void;
}

export default function ExplainTab({ panel, onChange }: ExplainTabProps) {
  const stepMs = stepOf(panel.rangeMs, panel.resolution);
  const { data, error: failure, isFetching, refetch } = useExplanation(panel, stepMs);
  const error = standing(failure, data);
  const { data: outline } = useOutline(panel.expr);
  return (
    <>
      <div className={classes.controls}>
        <RangeField valueMs={panel.rangeMs} onChange={(rangeMs) => onChange({ ...panel, rangeMs })} />
        <ResolutionField
          value={panel.resolution}
          stepMs={stepMs}
          onChange={(resolution) => onChange({ ...panel, resolution })}
        />
        <Button
          variant="default"
          size="xs"
          leftSection={<Icon name="refresh" size={16} />}
          loading={isFetching}
          onClick={() => void refetch()}
        >
          Run again
        </Button>
        {data && !error && (
          <Stats elapsedMs={data.elapsedMs} facts={[`Resolution: ${formatDuration(stepMs)}`]} />
        )}
      </div>
      {error && <QueryFailure error={error} expr={panel.expr} />}
      {data && !error && <Notices warnings={data.warnings} infos={data.infos} />}
      {data && !error && <ExplainTree root={data.data} label="Query plan" />}
      {(!data || error) && outline && <ExplainTree root={outline} label="Query tree" />}
      {!data && !error && !outline && isFetching && <Skeleton height={120} />}
    </>
  );
}
