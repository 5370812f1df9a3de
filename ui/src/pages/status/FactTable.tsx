import { Table, Title } from '@mantine/core';

import { useSettings } from '../../settings/settings';
import { formatInstant } from '../../time/wall';
import { Card } from '../../ui/Card';
import type { Fact } from './facts';

export function FactTable({ title, facts }: { title: string; facts: Fact[] }) {
  const { zone } = useSettings();
  return (
    <Card label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <Table layout="fixed" aria-label={title}>
        <Table.Tbody>
          {facts.map(({ name, value, instant }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" w="40%" fw={500} c="dimmed">
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {instant ? formatInstant(Date.parse(value), zone) : value}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}
