/** The filter of the targets page, kept in the URL: `health=down,unknown` and `search=text`. */

import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';

import { type Filter, HEALTHS } from './pools';

export function useTargetFilter(): [Filter, (filter: Filter) => void] {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const filter = useMemo(() => readFilter(search), [search]);
  const change = (next: Filter) => {
    const params = new URLSearchParams(search);
    params.delete('health');
    params.delete('search');
    if (next.health.size > 0) params.set('health', [...next.health].join(','));
    if (next.text !== '') params.set('search', next.text);
    navigate(`${path}${params.size > 0 ? `?${params.toString()}` : ''}`, { replace: true });
  };
  return [filter, change];
}

export function readFilter(search: string): Filter {
  const params = new URLSearchParams(search);
  const wanted = (params.get('health') ?? '').split(',');
  return {
    health: new Set(HEALTHS.filter((health) => wanted.includes(health))),
    text: params.get('search') ?? '',
  };
}
