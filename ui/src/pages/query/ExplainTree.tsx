/** A query as a tree: what it is made of, and once it has run, what each node of its plan yielded and how much of the time was its own. */

import { type KeyboardEvent, useRef, useState } from 'react';

import type { Explanation } from '../../api/explanation';
import type { Outline } from '../../api/outline';
import { formatValue } from '../../format/unit';
import { Icon } from '../../ui/Icon';
import { type ExplainRow, moveOf, rowsOf } from './explainRows';
import classes from './ExplainTree.module.css';

interface ExplainTreeProps {
  root: Outline | Explanation;
  label: string;
}

export function ExplainTree({ root, label }: ExplainTreeProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState('0');
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = rowsOf(root, closed);
  // What was current may have been closed away, or the query has another plan now.
  const standing = rows.some(({ key }) => key === current) ? current : '0';

  const toggle = (key: string) => {
    const next = new Set(closed);
    if (!next.delete(key)) next.add(key);
    setClosed(next);
  };
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const move = moveOf(rows, index, event.key, closed);
    if (!move) return;
    event.preventDefault();
    if ('toggle' in move) {
      toggle(move.toggle);
      return;
    }
    setCurrent(rows[move.to]?.key ?? '0');
    (body.current?.rows[move.to] as HTMLElement | undefined)?.focus();
  };
  return (
    <div className={classes.scroll}>
      <table className={classes.tree} role="treegrid" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col" className={classes.time}>
              Own time
            </th>
            <th scope="col">With inputs</th>
            <th scope="col">Series</th>
            <th scope="col">Values</th>
            <th scope="col">Samples read</th>
            <th scope="col">Memory</th>
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row, index) => (
            <Row
              key={row.key}
              row={row}
              isClosed={closed.has(row.key)}
              isCurrent={row.key === standing}
              onKeyDown={(event) => onKeyDown(event, index)}
              onFocus={() => setCurrent(row.key)}
              onToggle={() => toggle(row.key)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  row: ExplainRow;
  isClosed: boolean;
  isCurrent: boolean;
  onKeyDown: (event: KeyboardEvent) => void;
  onFocus: () => void;
  onToggle: () => void;
}

function Row({ row, isClosed, isCurrent, onKeyDown, onFocus, onToggle }: RowProps) {
  const { node, figures, level, share } = row;
  const opens = node.inputs.length > 0;
  const count = (value: number) => value.toLocaleString('en');
  return (
    <tr
      role="row"
      aria-level={level}
      {...(opens && { 'aria-expanded': !isClosed })}
      tabIndex={isCurrent ? 0 : -1}
      className={classes.row}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
    >
      <td role="gridcell" style={{ paddingLeft: 8 + (level - 1) * 20 }}>
        <span className={classes.node}>
          {opens ? (
            <button
              type="button"
              tabIndex={-1}
              className={classes.toggle}
              aria-label={isClosed ? `Show inputs of ${node.name}` : `Hide inputs of ${node.name}`}
              onClick={onToggle}
            >
              <Icon name={isClosed ? 'right' : 'down'} size={14} />
            </button>
          ) : (
            <span className={classes.leaf} />
          )}
          <b>{node.name}</b> <span className={classes.detail}>{node.detail}</span>
        </span>
      </td>
      <td role="gridcell" className={classes.time}>
        {figures && (
          <>
            <span className={classes.bar} style={{ inlineSize: `${share * 100}%` }} />
            <span className={classes.figure}>
              {formatValue(figures.ownSeconds, 'seconds', 3)} · {Math.round(share * 100)} %
            </span>
          </>
        )}
      </td>
      <td role="gridcell">{figures && formatValue(figures.totalSeconds, 'seconds', 3)}</td>
      <td role="gridcell">{figures && count(figures.series)}</td>
      <td role="gridcell">{figures && count(figures.values)}</td>
      <td role="gridcell">{figures && count(figures.samplesRead)}</td>
      <td role="gridcell">{figures && formatValue(figures.peakBytes, 'bytes', 3)}</td>
    </tr>
  );
}
