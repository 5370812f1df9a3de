/** An error where its result would stand, with a way to try again if there is one. */

import { Alert, Button, Text } from '@mantine/core';

import { Icon } from './Icon';

interface FailureProps {
  title: string;
  error: Error;
  onRetry?: () => void;
}

export function Failure({ title, error, onRetry }: FailureProps) {
  return (
    <Alert color="red" icon={<Icon name="warning" />} title={title} role="alert">
      <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {error.message}
      </Text>
      {onRetry && (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
