/** Shown while there is no expression: the machine as it is now, in graphs that one click turns into a query. */

import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import { metricNames, runtime } from '../../../api/keys';
import { startRange } from './startRange';
import { StartGraph } from './StartGraph';
import classes from './Start.module.css';
import { drawable } from './suggestions';

/** A server that has just started has no metrics yet: asked often until it has, and then for those to come. */
const FIRST_MS = 3_000;
const LATER_MS = 30_000;

interface StartGraphsProps {
  refreshMs: number | null;
  onOpen: (expr: string, stacked: boolean) => void;
}

export function StartGraphs({ refreshMs, onOpen }: StartGraphsProps) {
  const { data: names, dataUpdatedAt } = useQuery({
    ...metricNames,
    refetchInterval: ({ state }) => (state.data && drawable(state.data).length > 0 ? LATER_MS : FIRST_MS),
  });
  const { data: running } = useQuery({ ...runtime, enabled: false });
  const graphs = drawable(names ?? []);
  if (names && graphs.length === 0) {
    return (
      <Text c="dimmed" ta="center" py="xl" role="status">
        {names.length === 0
          ? 'No metrics yet. The first scrapes are on their way.'
          : 'Write an expression above, or look through the metrics with the magnifying glass.'}
      </Text>
    );
  }
  return (
    <section aria-labelledby="start-title">
      <Title order={2} id="start-title" mb="sm">
        Right now
      </Title>
      <div className={classes.grid}>
        {graphs.map((graph) => (
          <StartGraph
            key={graph.title}
            {...graph}
            rangeMs={startRange(running?.facts.startTime, dataUpdatedAt)}
            refreshMs={refreshMs}
            onOpen={onOpen}
          />
        ))}
      </div>
    </section>
  );
}
