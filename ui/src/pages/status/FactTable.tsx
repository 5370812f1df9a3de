import { Table, Text, Title } from '@mantine/core';

import type { Facts } from '../../api/status';
import { useSettings } from '../../settings/settings';
import { formatInstant } from '../../time/wall';
import { Card } from '../../ui/Card';
import { isInstant, nameOf, readingOf } from './facts';

export function FactTable({ title, facts }: { title: string; facts: Facts }) {
  const { zone } = useSettings();
  return (
    <Card label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <Table layout="fixed" aria-label={title}>
        <Table.Tbody>
          {Object.entries(facts).map(([key, value]) => (
            <Table.Tr key={key}>
              <Table.Th scope="row" w="40%" fw={500} c="dimmed">
                {nameOf(key)}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {isInstant(key, value) ? (
                  formatInstant(Date.parse(value), zone)
                ) : (
                  <Text span size="sm" {...(value === '' && { c: 'dimmed' })}>
                    {readingOf(value)}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}
