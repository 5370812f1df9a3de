import { Skeleton, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';

import { stepOf } from '../../../time/resolution';
import { Card } from '../../../ui/Card';
import { QueryFailure } from '../QueryFailure';
import { rangeQuery } from '../useQueries';
import classes from './Start.module.css';

const Graph = lazy(() => import('../../../chart/Graph'));

const HEIGHT = 190;

interface StartGraphProps {
  title: string;
  meaning: string;
  expr: string;
  stacked: boolean;
  rangeMs: number;
  refreshMs: number | null;
  onOpen: (expr: string, stacked: boolean) => void;
}

export function StartGraph({ title, meaning, expr, stacked, rangeMs, refreshMs, onOpen }: StartGraphProps) {
  const stepMs = stepOf(rangeMs, { kind: 'auto', density: 'low' });
  const { data, error } = useQuery({
    ...rangeQuery(expr, null, rangeMs, stepMs),
    refetchInterval: refreshMs ?? false,
    placeholderData: keepPreviousData,
  });
  return (
    <Card label={title}>
      <div className={classes.head}>
        <Title order={3} size="sm">
          <button type="button" className={classes.open} title={expr} onClick={() => onOpen(expr, stacked)}>
            {title}
          </button>
        </Title>
        <Text size="xs" c="dimmed">
          {meaning}
        </Text>
      </div>
      {error && <QueryFailure error={error} expr={expr} />}
      <Suspense fallback={<Skeleton height={HEIGHT} />}>
        {data?.data.length === 0 && !error && <div className={classes.none}>No samples yet</div>}
        {data && data.data.length > 0 && !error && (
          <Graph
            series={data.data}
            grid={data.grid}
            expr={data.expr}
            stacked={stacked}
            height={HEIGHT}
            brief
            onZoom={() => onOpen(expr, stacked)}
          />
        )}
        {!data && !error && <Skeleton height={HEIGHT} />}
      </Suspense>
    </Card>
  );
}
