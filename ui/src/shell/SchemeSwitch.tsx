import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';

import { Icon, type IconName } from '../ui/Icon';

const schemes: { scheme: MantineColorScheme; name: string; icon: IconName }[] = [
  { scheme: 'light', name: 'Light', icon: 'sun' },
  { scheme: 'dark', name: 'Dark', icon: 'moon' },
  { scheme: 'auto', name: 'As the system', icon: 'auto' },
];

export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const current = schemes.find(({ scheme }) => scheme === colorScheme);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Colours">
          <Icon name={current?.icon ?? 'auto'} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) =>
            setColorScheme(schemes.find(({ scheme }) => scheme === value)?.scheme ?? 'auto')
          }
        >
          {schemes.map(({ scheme, name, icon }) => (
            <Menu.RadioItem
              key={scheme}
              value={scheme}
              closeMenuOnClick
              checkIcon={<Icon name="check" size={14} />}
              rightSection={<Icon name={icon} size={16} />}
            >
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
