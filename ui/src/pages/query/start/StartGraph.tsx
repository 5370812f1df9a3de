import { Skeleton, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';

import { Card } from '../../../ui/Card';
import { QueryFailure } from '../QueryFailure';
import { rangeQuery } from '../useQueries';
import classes from './Start.module.css';

const Graph = lazy(() => import('../../../chart/Graph'));

const HEIGHT = 190;
const RANGE_MS = 30 * 60_000;
const STEP_MS = 10_000;

interface StartGraphProps {
  title: string;
  meaning: string;
  expr: string;
  stacked: boolean;
  refreshMs: number | null;
  onOpen: (expr: string, stacked: boolean) => void;
}

export function StartGraph({ title, meaning, expr, stacked, refreshMs, onOpen }: StartGraphProps) {
  const { data, error } = useQuery({
    ...rangeQuery(expr, null, RANGE_MS, STEP_MS),
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
        {data && !error && (
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
