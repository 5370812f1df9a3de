/**
 * The panels of the query page. The URL is their only home; what this adds is an identity for each, so that
 * React keeps a panel's editor when another is removed.
 */

import { useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';

import { decodePanels, encodePanels, newPanel, type Panel } from './panels';

export interface PanelList {
  panels: { id: number; panel: Panel }[];
  change: (index: number, panel: Panel) => void;
  add: () => void;
  duplicate: (index: number, panel: Panel) => void;
  remove: (index: number) => void;
  replaceAll: (panels: Panel[]) => void;
}

let lastId = 0;
const freshId = () => (lastId += 1);

export function usePanels(): PanelList {
  const search = useSearch();
  const [, navigate] = useLocation();
  const [ids, setIds] = useState<number[]>([]);
  const decoded = useMemo(() => decodePanels(search), [search]);
  const panels = decoded.length === 0 ? [newPanel()] : decoded;
  // Panels that came with a link have no identity of their own yet; their place, negated, will do.
  const known = panels.map((_, index) => ids[index] ?? -1 - index);

  const commit = (next: Panel[], nextIds: number[]) => {
    const params = new URLSearchParams(encodePanels(next));
    const refresh = new URLSearchParams(search).get('refresh');
    if (refresh !== null) params.set('refresh', refresh);
    setIds(nextIds);
    navigate(`/query?${params.toString()}`);
  };
  return {
    panels: panels.map((panel, index) => ({ panel, id: known[index] ?? -1 - index })),
    change: (index, panel) => commit(panels.with(index, panel), known),
    add: () => commit([...panels, newPanel()], [...known, freshId()]),
    duplicate: (index, panel) =>
      commit(panels.toSpliced(index + 1, 0, panel), known.toSpliced(index + 1, 0, freshId())),
    remove: (index) => commit(panels.toSpliced(index, 1), known.toSpliced(index, 1)),
    replaceAll: (next) => commit(next, known),
  };
}
