/** The one cache of answers. */

import { QueryClient } from '@tanstack/react-query';

import { Unreachable } from './envelope';

export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal is an answer. Only silence is worth a second try, and the shell goes on trying after that.
      retry: (failures, error) => error instanceof Unreachable && failures < 1,
      retryDelay: 500,
      refetchOnWindowFocus: false,
      // The server may well be on this machine: the browser's idea of being online does not matter.
      networkMode: 'always',
    },
  },
});
