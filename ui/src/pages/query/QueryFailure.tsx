/** A refused query, with a mark under the place that the server complains of. */

import { Alert, Text } from '@mantine/core';

import { Refusal } from '../../api/envelope';
import { Icon } from '../../ui/Icon';
import { pointInto } from './errorPosition';
import classes from './QueryFailure.module.css';

const TITLES: Record<string, string> = {
  bad_data: 'The query is not valid',
  execution: 'The query failed',
  timeout: 'The query took too long',
  canceled: 'The query was cancelled',
  unavailable: 'Not available',
};

export function QueryFailure({ error, expr }: { error: Error; expr: string }) {
  const title =
    error instanceof Refusal ? (TITLES[error.type] ?? 'The query failed') : 'The query was not answered';
  const pointed = pointInto(error.message, expr);
  return (
    <Alert color="red" icon={<Icon name="warning" />} title={title} role="alert">
      <Text size="sm" className={classes.message ?? ''}>
        {pointed ? `Line ${pointed.line}, column ${pointed.column}: ${pointed.message}` : error.message}
      </Text>
      {pointed && (
        <pre className={classes.source} aria-hidden>
          {pointed.source}
          {'\n'}
          {' '.repeat(pointed.column - 1)}
          <strong>^</strong>
        </pre>
      )}
    </Alert>
  );
}
