import { Center, Loader } from '@mantine/core';

export function Waiting() {
  return (
    <Center py={60}>
      <Loader aria-label="Loading" role="status" />
    </Center>
  );
}
