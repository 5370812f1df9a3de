/** What a person prefers on this browser: kept in local storage, shared by all parts of the page. */

import { useSyncExternalStore } from 'react';

import type { Zone } from '../time/wall';

export interface Settings {
  zone: Zone;
}

const KEY = 'ferula.settings';
const DEFAULTS: Settings = { zone: 'local' };

let current = read();
const listeners = new Set<() => void>();

export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, () => current);
}

export function changeSettings(change: Partial<Settings>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Storage can be full or forbidden; the choice then holds for this page alone.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): Settings {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    const zone = (stored as Partial<Settings> | null)?.zone;
    return { zone: zone === 'utc' || zone === 'local' ? zone : DEFAULTS.zone };
  } catch {
    return DEFAULTS;
  }
}
