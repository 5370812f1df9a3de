/** One scrape pool: its counts, its targets, and what relabelling dropped. */

import { Title } from '@mantine/core';
import { useState } from 'react';

import { Icon } from '../../ui/Icon';
import { DroppedList } from './DroppedList';
import { HealthBadge } from './HealthBadge';
import classes from './PoolCard.module.css';
import { HEALTHS, type Pool } from './pools';
import { TargetRow } from './TargetRow';

/** Rows of one pool that are drawn at once; the filter finds the others. */
const ROWS_MAX = 200;

export function PoolCard({ pool, nowMs }: { pool: Pool; nowMs: number }) {
  const [open, setOpen] = useState(true);
  const [limit, setLimit] = useState(ROWS_MAX);
  return (
    <section className={classes.card} aria-label={`Pool ${pool.name}`}>
      <Title order={2} className={classes.head}>
        <button type="button" className={classes.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name={open ? 'down' : 'right'} size={16} />
          {pool.name}
        </button>
        {HEALTHS.filter((health) => pool.counts[health] > 0).map((health) => (
          <HealthBadge key={health} health={health}>{`${pool.counts[health]} ${health}`}</HealthBadge>
        ))}
      </Title>
      {open && pool.targets.length > 0 && (
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th style={{ width: '33%' }}>Endpoint</th>
                <th style={{ width: '6.5rem' }}>Health</th>
                <th style={{ width: '14rem' }}>Last scrape</th>
                <th>Labels</th>
              </tr>
            </thead>
            <tbody>
              {pool.targets.slice(0, limit).map((target) => (
                <TargetRow
                  key={`${target.scrapeUrl} ${JSON.stringify(target.labels)}`}
                  target={target}
                  nowMs={nowMs}
                />
              ))}
            </tbody>
          </table>
          {pool.targets.length > limit && (
            <button type="button" className={classes.more} onClick={() => setLimit(limit + ROWS_MAX)}>
              {pool.targets.length - limit} more targets
            </button>
          )}
        </div>
      )}
      {open && pool.droppedCount > 0 && <DroppedList pool={pool} />}
    </section>
  );
}
