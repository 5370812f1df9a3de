import { ActionIcon, Group } from '@mantine/core';

import { formatDuration, parseDuration } from '../../time/duration';
import { longerRange, shorterRange } from '../../time/ladder';
import { Icon } from '../../ui/Icon';
import { CommitField } from './CommitField';

export function RangeField({ valueMs, onChange }: { valueMs: number; onChange: (ms: number) => void }) {
  return (
    <Group gap={2} wrap="nowrap" role="group" aria-label="Range">
      <ActionIcon
        variant="default"
        size="input-xs"
        aria-label="Shorter range"
        onClick={() => onChange(shorterRange(valueMs))}
      >
        <Icon name="minus" size={16} />
      </ActionIcon>
      <CommitField
        label="Range"
        width={84}
        value={formatDuration(valueMs)}
        read={parseDuration}
        hint="like 1h or 2d12h"
        onChange={onChange}
      />
      <ActionIcon
        variant="default"
        size="input-xs"
        aria-label="Longer range"
        onClick={() => onChange(longerRange(valueMs))}
      >
        <Icon name="plus" size={16} />
      </ActionIcon>
    </Group>
  );
}
