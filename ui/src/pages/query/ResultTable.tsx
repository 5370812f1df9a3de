import { useMemo, useState } from 'react';

import type { Result } from '../../api/result';
import { useSettings } from '../../settings/settings';
import { formatInstant } from '../../time/wall';
import { Icon } from '../../ui/Icon';
import classes from './ResultTable.module.css';
import { type Order, type Row, rowsOf, sortRows } from './rows';
import { SeriesName } from './SeriesName';

/** Rows drawn at once; more only on demand, since a browser takes seconds for tens of thousands. */
const ROWS_MAX = 500;

/** Samples of one range selector's row: a day of them would be thousands of lines. */
const SAMPLES_MAX = 300;

export function ResultTable({ result }: { result: Result }) {
  const [order, setOrder] = useState<Order>({ by: 'server' });
  const [limit, setLimit] = useState(ROWS_MAX);
  const rows = useMemo(() => sortRows(rowsOf(result), order), [result, order]);
  if (rows.length === 0) return <div className={classes.empty}>No series at this time</div>;
  return (
    <div className={classes.scroll}>
      <table className={classes.table} aria-label="Result">
        <thead>
          <tr>
            <SortHead name="Series" by="series" order={order} onOrder={setOrder} />
            <SortHead name="Value" by="value" order={order} onOrder={setOrder} />
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, limit).map((row) => (
            <ResultRow key={row.key} row={row} />
          ))}
        </tbody>
      </table>
      {rows.length > limit && (
        <button type="button" className={classes.more} onClick={() => setLimit(limit * 4)}>
          {limit.toLocaleString('en')} of {rows.length.toLocaleString('en')} rows are shown. Show more
        </button>
      )}
    </div>
  );
}

interface SortHeadProps {
  name: string;
  by: 'series' | 'value';
  order: Order;
  onOrder: (order: Order) => void;
}

/** Clicks go through ascending, descending, and the server's own order, which `sort()` and `topk()` make. */
function SortHead({ name, by, order, onOrder }: SortHeadProps) {
  const sorted = order.by === by ? (order.descending ? 'descending' : 'ascending') : 'none';
  const next: Order =
    sorted === 'none'
      ? { by, descending: by === 'value' }
      : order.by !== 'server' && order.descending === (by === 'value')
        ? { by, descending: by !== 'value' }
        : { by: 'server' };
  return (
    <th aria-sort={sorted} className={by === 'value' ? classes.value : undefined}>
      <button type="button" className={classes.sort} onClick={() => onOrder(next)}>
        {name}
        {sorted !== 'none' && <Icon name={sorted === 'ascending' ? 'up' : 'down'} size={14} />}
      </button>
    </th>
  );
}

function ResultRow({ row }: { row: Row }) {
  const { zone } = useSettings();
  const left = row.values.length - SAMPLES_MAX;
  return (
    <tr>
      <td>{row.metric ? <SeriesName metric={row.metric} /> : row.key}</td>
      <td className={classes.value}>
        {left > 0 && <div className={classes.time}>{left.toLocaleString('en')} earlier samples</div>}
        {row.values.slice(-SAMPLES_MAX).map(({ value, timeSeconds }, index) => (
          <div key={index}>
            {value}
            {timeSeconds !== undefined && (
              <span className={classes.time}> @ {formatInstant(timeSeconds * 1000, zone)}</span>
            )}
          </div>
        ))}
      </td>
    </tr>
  );
}
