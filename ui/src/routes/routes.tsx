/**
 * The map of the UI: which page stands under which path, and what it needs before it is drawn.
 *
 * Paths are Prometheus', so links and fingers find their way.
 */

import { type ComponentType, lazy } from 'react';

import { cache } from '../api/cache';
import * as keys from '../api/keys';

export type Section = 'query' | 'targets' | 'status';

export interface Route {
  paths: string[];
  title: string;
  section: Section;
  page: ComponentType;
  /** Starts what the page will wait for: its code and its data. */
  load: () => void;
}

/** Errors are left to the page, which asks again and shows them. */
function ahead(...started: Promise<unknown>[]): void {
  for (const query of started) query.catch(() => undefined);
}

const queryPage = () => import('../pages/query/QueryPage');
const targetsPage = () => import('../pages/targets/TargetsPage');
const runtimePage = () => import('../pages/status/RuntimePage');
const tsdbPage = () => import('../pages/status/TsdbPage');
const queriesPage = () => import('../pages/status/QueriesPage');
const flagsPage = () => import('../pages/status/FlagsPage');
const configPage = () => import('../pages/status/ConfigPage');

export const routes: Route[] = [
  {
    paths: ['/', '/query', '/graph'],
    title: 'Query',
    section: 'query',
    page: lazy(queryPage),
    load: () => {
      void queryPage();
      ahead(cache.query(keys.metricNames));
    },
  },
  {
    paths: ['/targets', '/service-discovery'],
    title: 'Targets',
    section: 'targets',
    page: lazy(targetsPage),
    load: () => {
      void targetsPage();
      ahead(cache.query(keys.targets));
    },
  },
  {
    paths: ['/status'],
    title: 'Status',
    section: 'status',
    page: lazy(runtimePage),
    load: () => {
      void runtimePage();
      ahead(cache.query(keys.runtime), cache.query(keys.build));
    },
  },
  {
    paths: ['/tsdb-status'],
    title: 'Store status',
    section: 'status',
    page: lazy(tsdbPage),
    load: () => {
      void tsdbPage();
      ahead(cache.query(keys.tsdbStatus));
    },
  },
  {
    paths: ['/queries'],
    title: 'Running queries',
    section: 'status',
    page: lazy(queriesPage),
    load: () => {
      void queriesPage();
      ahead(cache.query(keys.running));
    },
  },
  {
    paths: ['/flags'],
    title: 'Flags',
    section: 'status',
    page: lazy(flagsPage),
    load: () => {
      void flagsPage();
      ahead(cache.query(keys.flags));
    },
  },
  {
    paths: ['/config'],
    title: 'Configuration',
    section: 'status',
    page: lazy(configPage),
    load: () => {
      void configPage();
      ahead(cache.query(keys.config));
    },
  },
];

/** Pages of Prometheus' UI that have no room here yet. Their paths say so instead of "not found". */
export const notYet: Record<string, string> = {
  '/alerts': 'Alerts',
  '/rules': 'Rules',
  '/alertmanager-discovery': 'Alertmanager discovery',
  '/agent': 'Agent mode',
  '/dashboards': 'Dashboards',
  '/settings': 'Settings',
};

export function routeOf(path: string): Route | undefined {
  const plain = path.replace(/\/+$/, '') || '/';
  return routes.find((route) => route.paths.includes(plain));
}
