/** Panels with an expression each, and graphs to begin with while there is none. */

import { Button, Group, Switch } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';

import { changeSettings, useSettings } from '../../settings/settings';
import { Icon } from '../../ui/Icon';
import { PageHead } from '../../ui/PageHead';
import { RefreshSelect } from '../../ui/RefreshSelect';
import { useRefresh } from '../../ui/useRefresh';
import { newPanel } from './panels';
import { QueryPanel } from './QueryPanel';
import { StartGraphs } from './start/StartGraphs';
import { usePanels } from './usePanels';

/** The graphs to begin with move by themselves; a query that somebody wrote is run when they say so. */
const START_REFRESH_MS = 5_000;

/** A finger that opens a page has not asked for the keyboard on half of the screen. */
const hasKeyboard = window.matchMedia('(pointer: fine)').matches;

export default function QueryPage() {
  const list = usePanels();
  const { zone } = useSettings();
  const cache = useQueryClient();
  const starting = list.panels.every(({ panel }) => panel.expr.trim() === '');
  const [refreshMs, setRefresh] = useRefresh(starting ? START_REFRESH_MS : null);
  return (
    <>
      <PageHead title="Query">
        <Switch
          size="xs"
          label="UTC"
          checked={zone === 'utc'}
          onChange={(event) => changeSettings({ zone: event.currentTarget.checked ? 'utc' : 'local' })}
        />
        <RefreshSelect
          value={refreshMs}
          onChange={setRefresh}
          onNow={() => void cache.invalidateQueries({ queryKey: ['promql'] })}
        />
      </PageHead>
      {list.panels.map(({ id, panel }, index) => (
        <QueryPanel
          key={id}
          number={index + 1}
          panel={panel}
          refreshMs={refreshMs}
          autoFocus={
            hasKeyboard && index === list.panels.length - 1 && panel.expr === '' && (index > 0 || starting)
          }
          onChange={(next) => list.change(index, next)}
          onDuplicate={(next) => list.duplicate(index, next)}
          {...(list.panels.length > 1 && { onRemove: () => list.remove(index) })}
        />
      ))}
      <Group mb="lg">
        <Button variant="default" size="xs" leftSection={<Icon name="plus" size={16} />} onClick={list.add}>
          Add panel
        </Button>
      </Group>
      {starting && (
        <StartGraphs
          refreshMs={refreshMs}
          onOpen={(expr, stacked) => list.replaceAll([{ ...newPanel(expr), stacked }])}
        />
      )}
    </>
  );
}
