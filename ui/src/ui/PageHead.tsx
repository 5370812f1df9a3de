/** A page's title, with what belongs to the whole page at its right. */

import { Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Group justify="space-between" mb="md" gap="sm">
      <Title order={1}>{title}</Title>
      <Group gap="sm">{children}</Group>
    </Group>
  );
}
