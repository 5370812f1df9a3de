import { SegmentedControl, Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';

import type { RangeSeries } from '../../api/result';
import { formatDuration } from '../../time/duration';
import { stepOf } from '../../time/resolution';
import type { Panel } from './panels';
import { Notices } from './Notices';
import { QueryFailure } from './QueryFailure';
import classes from './QueryPanel.module.css';
import { RangeField } from './RangeField';
import { ResolutionField } from './ResolutionField';
import { Stats } from './Stats';
import { TimeField } from './TimeField';
import { standing, useRange } from './useQueries';

const Graph = lazy(() => import('../../chart/Graph'));

const HEIGHT = 340;
/** Zooming in further than this shows nothing that a scrape could have seen. */
const RANGE_LEAST_MS = 5_000;

interface GraphTabProps {
  panel: Panel;
  refreshMs: number | null;
  onChange: (panel: Panel) => void;
}

export function GraphTab({ panel, refreshMs, onChange }: GraphTabProps) {
  const stepMs = stepOf(panel.rangeMs, panel.resolution);
  const { data, error: failure, isFetching, isPlaceholderData } = useRange(panel, stepMs, refreshMs);
  const error = standing(failure, data);
  const change = (next: Partial<Panel>) => onChange({ ...panel, ...next });
  return (
    <>
      <div className={classes.controls}>
        <RangeField valueMs={panel.rangeMs} onChange={(rangeMs) => change({ rangeMs })} />
        <TimeField
          label="End time"
          value={panel.endMs}
          stepMs={panel.rangeMs / 2}
          onChange={(endMs) => change({ endMs })}
        />
        <ResolutionField
          value={panel.resolution}
          stepMs={stepMs}
          onChange={(resolution) => change({ resolution })}
        />
        <SegmentedControl
          size="xs"
          aria-label="Stacking"
          value={panel.stacked ? 'stacked' : 'lines'}
          onChange={(mode) => change({ stacked: mode === 'stacked' })}
          data={[
            { value: 'lines', label: 'Lines' },
            { value: 'stacked', label: 'Stacked' },
          ]}
        />
        {data && !error && (
          <Stats
            elapsedMs={data.elapsedMs}
            facts={[
              `Resolution: ${formatDuration(stepMs)}`,
              `Series: ${data.data.length.toLocaleString('en')}`,
            ]}
          />
        )}
      </div>
      {error && <QueryFailure error={error} expr={panel.expr} />}
      {data && !error && <Notices warnings={data.warnings} infos={[...data.infos, ...undrawn(data.data)]} />}
      {data && !error && data.data.length > 0 && (
        <div className={isPlaceholderData ? classes.stale : undefined} aria-busy={isFetching}>
          <Suspense fallback={<Skeleton height={HEIGHT} />}>
            <Graph
              series={data.data}
              grid={data.grid}
              expr={data.expr}
              stacked={panel.stacked}
              height={HEIGHT}
              onZoom={(startMs, endMs) => {
                const rangeMs = Math.max(RANGE_LEAST_MS, Math.round((endMs - startMs) / 1000) * 1000);
                change({ endMs: Math.round(endMs / 1000) * 1000, rangeMs });
              }}
            />
          </Suspense>
        </div>
      )}
      {!data && !error && isFetching && <Skeleton height={HEIGHT} />}
      {data?.data.length === 0 && !error && <div className={classes.empty}>No series in this range</div>}
    </>
  );
}

/** Honest about what a line chart cannot show. */
function undrawn(series: RangeSeries[]): string[] {
  const count = series.filter(({ histograms }) => histograms.length > 0).length;
  if (count === 0) return [];
  return [
    `${count} series are native histograms, which have no lines: see the table, or take histogram_quantile() of them`,
  ];
}
