import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link } from 'wouter';

import { notYet } from '../routes/routes';

export function MissingPage({ path }: { path: string }) {
  const later = notYet[path];
  return (
    <Stack align="center" py={80} gap="sm">
      <Title order={1}>{later === undefined ? 'There is no such page' : `${later}: not there yet`}</Title>
      <Text c="dimmed" ta="center">
        {later === undefined ? `Nothing stands at ${path}.` : 'This server does not have this page yet.'}
      </Text>
      <Anchor component={Link} href="/query">
        To the queries
      </Anchor>
    </Stack>
  );
}
