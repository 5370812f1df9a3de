import { Group, TextInput } from '@mantine/core';

import type { Health } from '../../api/targets';
import { Icon } from '../../ui/Icon';
import type { Filter } from './pools';
import classes from './TargetFilter.module.css';

interface TargetFilterProps {
  filter: Filter;
  onChange: (filter: Filter) => void;
  totals: { health: Health; count: number }[];
}

export function TargetFilter({ filter, onChange, totals }: TargetFilterProps) {
  const toggle = (health: Health) => {
    const next = new Set(filter.health);
    if (!next.delete(health)) next.add(health);
    onChange({ ...filter, health: next });
  };
  return (
    <Group mb="md" gap="sm">
      <TextInput
        className={classes.text}
        aria-label="Filter targets"
        placeholder="Filter by pool, address, label or error"
        leftSection={<Icon name="explore" size={16} />}
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.currentTarget.value })}
        data-shortcut="/"
      />
      <Group gap={6} role="group" aria-label="Show only">
        {totals.map(({ health, count }) => (
          <button
            key={health}
            type="button"
            className={`${classes.toggle ?? ''} ${classes[health] ?? ''}`}
            aria-pressed={filter.health.has(health)}
            onClick={() => toggle(health)}
          >
            <strong>{count}</strong> {health}
          </button>
        ))}
      </Group>
    </Group>
  );
}
