import { Table, Text, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { flags } from '../../api/keys';
import { Card } from '../../ui/Card';
import { Icon } from '../../ui/Icon';
import { StatusFrame } from './StatusFrame';

export default function FlagsPage() {
  const { data } = useSuspenseQuery(flags);
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const all = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  const shown = all.filter(([name, value]) => `--${name} ${value}`.toLowerCase().includes(wanted));
  return (
    <StatusFrame>
      <Card label="Flags">
        <TextInput
          mb="sm"
          aria-label="Filter flags"
          placeholder="Filter by name or value"
          leftSection={<Icon name="explore" size={16} />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          data-shortcut="/"
        />
        <Text size="sm" c="dimmed" role="status">
          {shown.length} of {all.length} flags
        </Text>
        <Table aria-label="Flags" layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="55%">Flag</Table.Th>
              <Table.Th>Value</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody ff="monospace">
            {shown.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Td style={{ wordBreak: 'break-all' }}>--{name}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Card>
    </StatusFrame>
  );
}
