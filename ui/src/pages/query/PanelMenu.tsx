import { ActionIcon, Menu, Text } from '@mantine/core';
import { useState } from 'react';

import { readHistory } from '../../promql/history';
import { Icon } from '../../ui/Icon';

/** As many as fit a screen; the rest comes with typing in the editor. */
const SHOWN_MAX = 12;

interface PanelMenuProps {
  onFormat: () => void;
  onHistory: (expr: string) => void;
  onDuplicate: () => void;
  onRemove?: () => void;
}

export function PanelMenu({ onFormat, onHistory, onDuplicate, onRemove }: PanelMenuProps) {
  const [history, setHistory] = useState<string[]>([]);
  return (
    <>
      <Menu position="bottom-end" width={420} onOpen={() => setHistory(readHistory().slice(0, SHOWN_MAX))}>
        <Menu.Target>
          <ActionIcon variant="default" size={39} aria-label="History">
            <Icon name="history" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{history.length === 0 ? 'Nothing was run here yet' : 'Run again'}</Menu.Label>
          {history.map((expr) => (
            <Menu.Item key={expr} onClick={() => onHistory(expr)}>
              <Text size="sm" ff="monospace" truncate>
                {expr}
              </Text>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={39} aria-label="Panel actions">
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Icon name="format" size={16} />} onClick={onFormat}>
            Format expression
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="copy" size={16} />} onClick={onDuplicate}>
            Duplicate panel
          </Menu.Item>
          {onRemove && (
            <Menu.Item color="red" leftSection={<Icon name="remove" size={16} />} onClick={onRemove}>
              Remove panel
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
