/** A moment: typed, picked from the browser's calendar, or stepped to. Empty is now. */

import { ActionIcon, Group } from '@mantine/core';
import { useRef } from 'react';

import { useSettings } from '../../settings/settings';
import { formatInstant, parseInstant, toField } from '../../time/wall';
import { Icon } from '../../ui/Icon';
import { CommitField } from './CommitField';
import classes from './TimeField.module.css';

interface TimeFieldProps {
  label: string;
  value: number | null;
  stepMs: number;
  onChange: (ms: number | null) => void;
}

export function TimeField({ label, value, stepMs, onChange }: TimeFieldProps) {
  const { zone } = useSettings();
  const picker = useRef<HTMLInputElement>(null);
  const shift = (by: number) => onChange((value ?? Date.now()) + by);
  return (
    <Group gap={2} wrap="nowrap" role="group" aria-label={label}>
      <ActionIcon variant="default" size="input-xs" aria-label="Earlier" onClick={() => shift(-stepMs)}>
        <Icon name="left" size={16} />
      </ActionIcon>
      <div className={classes.holder}>
        <CommitField
          label={label}
          placeholder="Now"
          width={178}
          value={value === null ? '' : formatInstant(value, zone)}
          read={(text) => (text.trim() === '' || text.trim() === 'now' ? null : parseInstant(text, zone))}
          hint="like 2026-11-20 09:30:00"
          onChange={onChange}
          section={
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={value === null ? 'Pick a time' : 'Back to now'}
              onClick={() => (value === null ? picker.current?.showPicker() : onChange(null))}
            >
              <Icon name={value === null ? 'clock' : 'remove'} size={15} />
            </ActionIcon>
          }
        />
        <input
          ref={picker}
          type="datetime-local"
          step={1}
          tabIndex={-1}
          aria-hidden
          className={classes.picker}
          value={value === null ? '' : toField(value, zone)}
          onChange={(event) => {
            const picked = parseInstant(event.currentTarget.value, zone);
            if (picked !== undefined) onChange(picked);
          }}
        />
      </div>
      <ActionIcon variant="default" size="input-xs" aria-label="Later" onClick={() => shift(stepMs)}>
        <Icon name="right" size={16} />
      </ActionIcon>
    </Group>
  );
}
