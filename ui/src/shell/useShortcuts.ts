/** Listens for single keys and for `g` followed by another, but never while somebody types. */

import { useEffect, useEffectEvent, useRef } from 'react';
import { useLocation } from 'wouter';

import { GO } from './shortcuts';

/** The second key of a sequence must follow within this time. */
const SEQUENCE_MS = 1200;

export function useShortcuts({ onHelp }: { onHelp: () => void }): void {
  const [, navigate] = useLocation();
  const goSince = useRef(-Infinity);

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const path = event.timeStamp - goSince.current < SEQUENCE_MS ? GO[event.key] : undefined;
    goSince.current = event.key === 'g' ? event.timeStamp : -Infinity;
    if (path !== undefined) navigate(path);
    else if (event.key === '?') onHelp();
    else if (event.key === '/') focusField();
    else return;
    event.preventDefault();
  });

  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

/** Pages mark the field that `/` goes to. */
function focusField(): void {
  const field = document.querySelector('[data-shortcut="/"]');
  const inner = field?.matches('input, textarea')
    ? field
    : field?.querySelector('[contenteditable], input, textarea');
  if (inner instanceof HTMLElement) inner.focus();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest('input, textarea, select, [role="dialog"], [role="menu"]') !== null
  );
}
