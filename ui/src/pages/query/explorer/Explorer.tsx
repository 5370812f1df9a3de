/** All metrics with type and help, to look through and to put into an expression. */

import { Modal, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';

import { metadata, metricNames } from '../../../api/keys';
import { Failure } from '../../../ui/Failure';
import { Icon } from '../../../ui/Icon';
import { Waiting } from '../../../ui/Waiting';
import classes from './Explorer.module.css';
import { describe, search } from './search';

/** More rows than this are left to the search. */
const ROWS_MAX = 300;

export default function Explorer({
  onInsert,
  onClose,
}: {
  onInsert: (name: string) => void;
  onClose: () => void;
}) {
  const names = useQuery(metricNames);
  const known = useQuery(metadata);
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text);
  const metrics = useMemo(() => describe(names.data ?? [], known.data ?? {}), [names.data, known.data]);
  const found = useMemo(() => search(metrics, wanted), [metrics, wanted]);
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title="Metrics"
      closeButtonProps={{ 'aria-label': 'Close' }}
      returnFocus={false}
    >
      <TextInput
        data-autofocus
        aria-label="Search metrics"
        placeholder="Search by name, type or help"
        leftSection={<Icon name="explore" size={16} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          const first = found[0];
          if (event.key === 'Enter' && first) onInsert(first.name);
        }}
      />
      <Text size="sm" c="dimmed" my={6} role="status">
        {found.length === metrics.length
          ? `${metrics.length} metrics`
          : `${found.length} of ${metrics.length} metrics; Enter takes the first`}
      </Text>
      {names.isPending && <Waiting />}
      {names.error && <Failure title="The metrics cannot be listed" error={names.error} />}
      <ul className={classes.list} aria-label="Metrics">
        {found.slice(0, ROWS_MAX).map(({ name, type, help }) => (
          <li key={name}>
            <button type="button" className={classes.row} onClick={() => onInsert(name)}>
              <span className={classes.name}>{name}</span>
              {type !== '' && <span className={classes.type}>{type}</span>}
              {help !== '' && <span className={classes.help}>{help}</span>}
            </button>
          </li>
        ))}
      </ul>
      {found.length > ROWS_MAX && (
        <Text size="sm" c="dimmed" mt="xs">
          The first {ROWS_MAX} are shown. Search to find the others.
        </Text>
      )}
    </Modal>
  );
}
