/** Completion of PromQL, with what was run before as whole expressions among the offers. */

import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { type CompleteStrategy, newCompleteStrategy } from '@prometheus-io/codemirror-promql';
import type { QueryClient } from '@tanstack/react-query';

import { readHistory } from './history';
import { completionSource } from './source';

/** Enough to find the last ones by; older ones are in the history's own list. */
const HISTORY_OFFERED_MAX = 8;

export function completion(cache: QueryClient): CompleteStrategy {
  const promql = newCompleteStrategy({ remote: completionSource(cache) });
  return {
    promQL: async (context) => withHistory(await promql.promQL(context), context, readHistory()),
    destroy: () => promql.destroy?.(),
  };
}

/** Whole expressions are offered only where they would be one: while the first word of the text is written. */
export function withHistory(
  offered: CompletionResult | null,
  context: Pick<CompletionContext, 'pos' | 'state'>,
  history: string[],
): CompletionResult | null {
  const text = context.state.doc.toString();
  const isFirstWord = context.pos === text.length && (offered?.from ?? 0) === 0;
  if (!isFirstWord) return offered;
  const entries = history
    .filter((entry) => entry !== text && entry.startsWith(text))
    .slice(0, HISTORY_OFFERED_MAX);
  const known = new Set(offered?.options.map(({ label }) => label));
  const options = entries
    .filter((entry) => !known.has(entry))
    .map((entry) => ({ label: entry, detail: 'run before', boost: -1 }));
  if (options.length === 0) return offered;
  // No `validFor`: what is offered is looked up again with each letter.
  return { from: 0, options: [...(offered?.options ?? []), ...options] };
}
