/** What the server computes now, for whom, how heavy it is, and a way to stop it. */

import { Button, Table, Text } from '@mantine/core';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';

import { running } from '../../api/keys';
import { type RunningQuery, stopQuery } from '../../api/queries';
import { formatValue } from '../../format/unit';
import { Card } from '../../ui/Card';
import { Failure } from '../../ui/Failure';
import { RefreshSelect } from '../../ui/RefreshSelect';
import { useRefresh } from '../../ui/useRefresh';
import { StatusFrame } from './StatusFrame';

const REFRESH_MS = 5_000;

export default function QueriesPage() {
  const [refreshMs, setRefresh] = useRefresh(REFRESH_MS);
  const { data, refetch } = useSuspenseQuery({ ...running, refetchInterval: refreshMs ?? false });
  const stop = useMutation({ mutationFn: stopQuery, onSettled: () => void refetch() });
  const { queries, memory } = data;
  const bytes = (count: number) => formatValue(count, 'bytes', 3);
  return (
    <StatusFrame
      actions={<RefreshSelect value={refreshMs} onChange={setRefresh} onNow={() => void refetch()} />}
    >
      <Card label="Running queries">
        <Text size="sm" c="dimmed" role="status" mb="sm">
          {queries.length === 0 ? 'No query runs.' : `${queries.length} run or wait.`} At most{' '}
          {data.concurrencyMax} run at once; they hold {bytes(memory.heldBytes)} of {bytes(memory.maxBytes)}.
        </Text>
        {stop.error && <Failure title="The query was not stopped" error={stop.error} />}
        {queries.length > 0 && (
          <Table aria-label="Running queries">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Query</Table.Th>
                <Table.Th>Asked by</Table.Th>
                <Table.Th>For</Table.Th>
                <Table.Th>Series</Table.Th>
                <Table.Th>Samples read</Table.Th>
                <Table.Th>Memory</Table.Th>
                <Table.Th>Action</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {queries.map((query) => (
                <Row key={query.id} query={query} onStop={() => stop.mutate(query.id)} />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Card>
    </StatusFrame>
  );
}

function Row({ query, onStop }: { query: RunningQuery; onStop: () => void }) {
  const { address, forwardedFor, agent } = query.asker;
  const seconds = query.state === 'waiting' ? query.waitedSeconds : query.runningSeconds;
  const count = (value: number) => value.toLocaleString('en');
  return (
    <Table.Tr>
      <Table.Td ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {query.query}
        <Text size="xs" c="dimmed">
          {query.step === 0
            ? 'at one time'
            : `${formatValue(query.end - query.start, 'seconds')} in steps of ${formatValue(query.step, 'seconds')}`}
        </Text>
      </Table.Td>
      <Table.Td>
        {[forwardedFor, address].filter(Boolean).join(' via ') || 'unknown'}
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {agent}
        </Text>
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        {formatValue(seconds, 'seconds', 3)}
        <Text size="xs" c="dimmed">
          {query.state}
        </Text>
      </Table.Td>
      <Table.Td>{count(query.series)}</Table.Td>
      <Table.Td>{count(query.samplesRead)}</Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{formatValue(query.peakBytes, 'bytes', 3)}</Table.Td>
      <Table.Td>
        <Button
          size="xs"
          variant="default"
          disabled={query.state === 'stopping'}
          aria-label={`Stop query ${query.id}`}
          onClick={onStop}
        >
          Stop
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
