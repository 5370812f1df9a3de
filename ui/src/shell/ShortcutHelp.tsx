import { Group, Kbd, Modal, Table, Title } from '@mantine/core';

import { shortcuts } from './shortcuts';

export function ShortcutHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      size="lg"
      opened={opened}
      onClose={onClose}
      title="Keyboard shortcuts"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {shortcuts.map(({ where, list }) => (
        <section key={where}>
          <Title order={3} size="sm" mt="sm" mb={4}>
            {where}
          </Title>
          <Table verticalSpacing={6} withRowBorders={false}>
            <Table.Tbody>
              {list.map(({ keys, what }) => (
                <Table.Tr key={what}>
                  <Table.Td w="50%">
                    <Group gap={6}>
                      {keys.map((sequence, index) => (
                        <Group gap={4} key={sequence.join()}>
                          {index > 0 && 'or'}
                          {sequence.map((key) => (
                            <Kbd key={key}>{key}</Kbd>
                          ))}
                        </Group>
                      ))}
                    </Group>
                  </Table.Td>
                  <Table.Td>{what}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      ))}
    </Modal>
  );
}
