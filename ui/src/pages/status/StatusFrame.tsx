/** The status pages share a title and a row of links; each has its own path. */

import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';

import { routeOf } from '../../routes/routes';
import { PageHead } from '../../ui/PageHead';
import classes from './StatusFrame.module.css';

const entries = [
  { path: '/status', name: 'Runtime and build' },
  { path: '/tsdb-status', name: 'Store' },
  { path: '/queries', name: 'Running queries' },
  { path: '/flags', name: 'Flags' },
  { path: '/config', name: 'Configuration' },
];

export function StatusFrame({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  const [path] = useLocation();
  return (
    <>
      <PageHead title="Status">{actions}</PageHead>
      <nav className={classes.nav} aria-label="Status pages">
        {entries.map((entry) => (
          <Link
            key={entry.path}
            href={entry.path}
            className={classes.link}
            aria-current={path === entry.path ? 'page' : undefined}
            onPointerEnter={() => routeOf(entry.path)?.load()}
          >
            {entry.name}
          </Link>
        ))}
      </nav>
      {children}
    </>
  );
}
