/** One of the four lists of what is most numerous, each row with a bar for its share of the first. */

import { Table, Text, Title } from '@mantine/core';

import type { Cardinality } from '../../api/status';
import { formatValue } from '../../format/unit';
import { Card } from '../../ui/Card';
import classes from './CardinalityTable.module.css';

interface CardinalityTableProps {
  title: string;
  what: string;
  unit: string;
  rows: Cardinality[];
  bytes?: boolean;
}

export function CardinalityTable({ title, what, unit, rows, bytes = false }: CardinalityTableProps) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  return (
    <Card label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      {rows.length === 0 ? (
        <Text c="dimmed" size="sm">
          Nothing yet.
        </Text>
      ) : (
        <Table aria-label={title} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{what}</Table.Th>
              <Table.Th w="7rem" ta="right">
                {unit}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.name}>
                <Table.Td className={classes.name}>
                  {row.name}
                  <span className={classes.bar} style={{ width: `${(row.value / most) * 100}%` }} />
                </Table.Td>
                <Table.Td ta="right">
                  {bytes ? formatValue(row.value, 'bytes') : row.value.toLocaleString('en')}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}
