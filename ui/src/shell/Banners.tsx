/** What concerns the whole server: that it is silent, or that it runs with an old configuration. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link } from 'wouter';

import { Unreachable } from '../api/envelope';
import { runtime } from '../api/keys';
import { useSettings } from '../settings/settings';
import { formatInstant } from '../time/wall';
import { Note } from '../ui/Note';

/** How often the server is asked how it is; sooner while it is silent. */
const CHECK_MS = 30_000;
const RETRY_MS = 3_000;

export function Banners() {
  const { zone } = useSettings();
  const { data, error } = useQuery({
    ...runtime,
    refetchInterval: ({ state }) => (state.error ? RETRY_MS : CHECK_MS),
  });
  const cache = useQueryClient();
  const silent = error instanceof Unreachable;
  useEffect(() => {
    if (!silent) return;
    // Runs when the silence ends: what it kept from the page is asked for again.
    return () => {
      void cache.invalidateQueries({ predicate: ({ state }) => state.error instanceof Unreachable });
    };
  }, [silent, cache]);

  if (silent) {
    return (
      <Note tone="bad" role="alert" wide title="The server is unreachable">
        {sentence(error.message)} What you see may be old. Trying again every {RETRY_MS / 1000} seconds.
      </Note>
    );
  }
  if (data && !data.reloadConfigSuccess) {
    return (
      <Note tone="unsure" role="alert" wide title="The last configuration was not loaded">
        The server goes on with the <Link href="/config">configuration</Link>{' '}
        {data.lastConfigTime !== '' && `of ${formatInstant(Date.parse(data.lastConfigTime), zone)}`}; its log
        says why.
      </Note>
    );
  }
  return null;
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
