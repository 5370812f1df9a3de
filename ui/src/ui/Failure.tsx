/** An error where its result would stand, with a way to try again if there is one. */

import { Button } from '@mantine/core';

import { Note } from './Note';

interface FailureProps {
  title: string;
  error: Error;
  onRetry?: () => void;
}

export function Failure({ title, error, onRetry }: FailureProps) {
  return (
    <Note tone="bad" role="alert" title={title}>
      <div>{error.message}</div>
      {onRetry && (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Note>
  );
}
