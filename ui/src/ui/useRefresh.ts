/** A page's refresh interval: `refresh=15s` in the URL, `refresh=off` for none, the page's default without it. */

import { useLocation, useSearch } from 'wouter';

import { formatDuration, parseDuration } from '../time/duration';

/** Nobody reads faster, and a link must not make a browser hammer a server. */
const LEAST_MS = 1000;

export function useRefresh(defaultMs: number | null): [number | null, (ms: number | null) => void] {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const text = new URLSearchParams(search).get('refresh');
  const change = (ms: number | null) => {
    const params = new URLSearchParams(search);
    params.delete('refresh');
    if (ms !== defaultMs) params.set('refresh', ms === null ? 'off' : formatDuration(ms));
    navigate(`${path}${params.size > 0 ? `?${params.toString()}` : ''}`, { replace: true });
  };
  return [readRefresh(text, defaultMs), change];
}

export function readRefresh(text: string | null, defaultMs: number | null): number | null {
  if (text === null) return defaultMs;
  if (text === 'off') return null;
  const ms = parseDuration(text);
  return ms === undefined ? defaultMs : Math.max(LEAST_MS, ms);
}
