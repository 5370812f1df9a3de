import { Group, NativeSelect } from '@mantine/core';

import { formatDuration, parseDuration } from '../../time/duration';
import type { Density, Resolution } from '../../time/resolution';
import { CommitField } from './CommitField';

const choices = [
  { value: 'low', label: 'Low resolution' },
  { value: 'medium', label: 'Medium resolution' },
  { value: 'high', label: 'High resolution' },
  { value: 'fixed', label: 'Fixed step' },
];

interface ResolutionFieldProps {
  value: Resolution;
  /** The step in use, which a fixed one starts from. */
  stepMs: number;
  onChange: (resolution: Resolution) => void;
}

export function ResolutionField({ value, stepMs, onChange }: ResolutionFieldProps) {
  return (
    <Group gap={4} wrap="nowrap">
      <NativeSelect
        size="xs"
        aria-label="Resolution"
        data={choices}
        value={value.kind === 'fixed' ? 'fixed' : value.density}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          onChange(
            chosen === 'fixed' ? { kind: 'fixed', stepMs } : { kind: 'auto', density: chosen as Density },
          );
        }}
      />
      {value.kind === 'fixed' && (
        <CommitField
          label="Step"
          width={70}
          value={formatDuration(value.stepMs)}
          read={parseDuration}
          hint="like 15s or 5m"
          onChange={(ms) => onChange({ kind: 'fixed', stepMs: ms })}
        />
      )}
    </Group>
  );
}
