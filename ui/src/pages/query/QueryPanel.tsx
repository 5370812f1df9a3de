/** One expression and its result, as a table or a graph, or where its time went. */

import { Skeleton, Tabs } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';

import { remember } from '../../promql/history';
import { Card } from '../../ui/Card';
import { Icon } from '../../ui/Icon';
import { ExpressionRow } from './ExpressionRow';
import { GraphTab } from './GraphTab';
import type { Panel, Tab } from './panels';
import classes from './QueryPanel.module.css';
import { TableTab } from './TableTab';

/** Few look at it, so its code comes when somebody does. */
const ExplainTab = lazy(() => import('./ExplainTab'));

export interface QueryPanelProps {
  number: number;
  panel: Panel;
  refreshMs: number | null;
  autoFocus: boolean;
  onChange: (panel: Panel) => void;
  onDuplicate: (panel: Panel) => void;
  onRemove?: () => void;
}

export function QueryPanel({
  number,
  panel,
  refreshMs,
  autoFocus,
  onChange,
  onDuplicate,
  onRemove,
}: QueryPanelProps) {
  const cache = useQueryClient();
  const [draft, setDraft] = useState(panel.expr);
  const [applied, setApplied] = useState(panel.expr);
  if (applied !== panel.expr) {
    // The expression changed from outside: by the browser's back button, or because it was run.
    setApplied(panel.expr);
    setDraft(panel.expr);
  }
  const run = (expr = draft) => {
    remember(expr);
    if (expr === panel.expr) void cache.invalidateQueries({ queryKey: ['promql', expr] });
    else onChange({ ...panel, expr });
  };
  return (
    <Card label={`Panel ${number}`} mb="md">
      <ExpressionRow
        draft={draft}
        autoFocus={autoFocus}
        onDraft={setDraft}
        onRun={run}
        onDuplicate={() => onDuplicate({ ...panel, expr: draft })}
        {...(onRemove && { onRemove })}
      />
      {panel.expr.trim() !== '' && (
        <Tabs
          value={panel.tab}
          onChange={(tab) => onChange({ ...panel, tab: tab as Tab })}
          className={classes.tabs ?? ''}
          keepMounted={false}
        >
          <Tabs.List>
            <Tabs.Tab value="table" leftSection={<Icon name="table" size={16} />}>
              Table
            </Tabs.Tab>
            <Tabs.Tab value="graph" leftSection={<Icon name="lines" size={16} />}>
              Graph
            </Tabs.Tab>
            <Tabs.Tab value="explain" leftSection={<Icon name="tree" size={16} />}>
              Explain
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="table" pt="sm">
            <TableTab panel={panel} refreshMs={refreshMs} onChange={onChange} />
          </Tabs.Panel>
          <Tabs.Panel value="graph" pt="sm">
            <GraphTab panel={panel} refreshMs={refreshMs} onChange={onChange} />
          </Tabs.Panel>
          <Tabs.Panel value="explain" pt="sm">
            <Suspense fallback={<Skeleton height={120} />}>
              <ExplainTab panel={panel} onChange={onChange} />
            </Suspense>
          </Tabs.Panel>
        </Tabs>
      )}
    </Card>
  );
}
