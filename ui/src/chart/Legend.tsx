/** The series of a chart. A click shows one alone, and all again; with Ctrl or Cmd it hides or shows that one. */

import { useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';

import type { Labels } from '../api/result';
import { briefNames, formatSeries } from '../format/labels';
import classes from './Legend.module.css';
import { colourOf } from './palette';
import { soloed, toggled } from './hidden';

/** More names than this nobody reads, and a browser is slow to lay out. */
const SHOWN_MAX = 50;

interface LegendProps {
  labels: Labels[];
  hidden: ReadonlySet<number>;
  brief: boolean;
  onHidden: (hidden: ReadonlySet<number>) => void;
}

export function Legend({ labels, hidden, brief, onHidden }: LegendProps) {
  const scheme = useComputedColorScheme('light');
  const [limit, setLimit] = useState(SHOWN_MAX);
  const names = useMemo(() => (brief ? briefNames(labels) : labels.map(formatSeries)), [labels, brief]);
  return (
    <ul className={`${classes.legend ?? ''} ${brief ? (classes.brief ?? '') : ''}`} aria-label="Legend">
      {names.slice(0, limit).map((name, series) => (
        <li key={series}>
          <button
            type="button"
            className={classes.entry}
            aria-pressed={!hidden.has(series)}
            title="Click to show alone, Ctrl and click to hide or show"
            onClick={(event) =>
              onHidden(
                event.ctrlKey || event.metaKey
                  ? toggled(hidden, series)
                  : soloed(hidden, series, labels.length),
              )
            }
          >
            <span className={classes.swatch} style={{ background: colourOf(series, scheme) }} />
            <span className={classes.name}>{name}</span>
          </button>
        </li>
      ))}
      {names.length > limit && (
        <li>
          <button type="button" className={classes.more} onClick={() => setLimit(limit * 4)}>
            {names.length - limit} more series
          </button>
        </li>
      )}
    </ul>
  );
}
