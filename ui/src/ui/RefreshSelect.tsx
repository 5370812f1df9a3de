/** How often a page asks again. */

import { ActionIcon, Group, NativeSelect } from '@mantine/core';

import { formatDuration } from '../time/duration';
import { Icon } from './Icon';

const CHOICES_MS = [5_000, 10_000, 15_000, 30_000, 60_000, 300_000];

interface RefreshSelectProps {
  /** `null` is off. */
  value: number | null;
  onChange: (ms: number | null) => void;
  onNow: () => void;
}

export function RefreshSelect({ value, onChange, onNow }: RefreshSelectProps) {
  const choices = value === null || CHOICES_MS.includes(value) ? CHOICES_MS : [...CHOICES_MS, value];
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon variant="default" size="input-xs" aria-label="Refresh now" onClick={onNow}>
        <Icon name="refresh" size={16} />
      </ActionIcon>
      <NativeSelect
        size="xs"
        aria-label="Refresh every"
        value={value ?? 'off'}
        onChange={(event) => {
          const chosen = Number(event.currentTarget.value);
          onChange(Number.isNaN(chosen) ? null : chosen);
        }}
        data={[
          { value: 'off', label: 'No refresh' },
          ...choices.map((ms) => ({ value: String(ms), label: `Every ${formatDuration(ms)}` })),
        ]}
      />
    </Group>
  );
}
