/** Every pool and target: is it up, when was it scraped, and if not, why. */

import { Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { targets } from '../../api/keys';
import { PageHead } from '../../ui/PageHead';
import { RefreshSelect } from '../../ui/RefreshSelect';
import { useRefresh } from '../../ui/useRefresh';
import { filterPools, HEALTHS, poolsOf } from './pools';
import { PoolCard } from './PoolCard';
import { TargetFilter } from './TargetFilter';
import { useTargetFilter } from './useTargetFilter';

const REFRESH_MS = 15_000;

export default function TargetsPage() {
  const [refreshMs, setRefresh] = useRefresh(REFRESH_MS);
  const [filter, setFilter] = useTargetFilter();
  const { data, dataUpdatedAt, refetch } = useSuspenseQuery({
    ...targets,
    refetchInterval: refreshMs ?? false,
  });
  const pools = useMemo(() => poolsOf(data), [data]);
  const shown = useMemo(() => filterPools(pools, filter), [pools, filter]);
  const totals = HEALTHS.map((health) => ({
    health,
    count: pools.reduce((sum, pool) => sum + pool.counts[health], 0),
  }));
  return (
    <>
      <PageHead title="Targets">
        <RefreshSelect value={refreshMs} onChange={setRefresh} onNow={() => void refetch()} />
      </PageHead>
      <TargetFilter filter={filter} onChange={setFilter} totals={totals} />
      {shown.length === 0 && (
        <Text c="dimmed" py="xl" ta="center" role="status">
          {pools.length === 0
            ? 'Nothing is scraped: the configuration has no targets.'
            : 'No target passes the filter.'}
        </Text>
      )}
      {shown.map((pool) => (
        <PoolCard key={pool.name} pool={pool} nowMs={dataUpdatedAt} />
      ))}
    </>
  );
}
