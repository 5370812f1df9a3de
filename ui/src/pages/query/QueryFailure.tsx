/** A refused query, with a mark under the place that the server complains of. */

import { Refusal } from '../../api/envelope';
import { Note } from '../../ui/Note';
import { pointInto } from './errorPosition';
import classes from './QueryFailure.module.css';

const TITLES: Record<string, string> = {
  bad_data: 'The query is not valid',
  execution: 'The query failed',
  timeout: 'The query took too long',
  canceled: 'The query was cancelled',
  unavailable: 'Not available',
};

export function QueryFailure({ error, expr }: { error: Error; expr: string }) {
  const title =
    error instanceof Refusal ? (TITLES[error.type] ?? 'The query failed') : 'The query was not answered';
  const pointed = pointInto(error.message, expr);
  return (
    <Note tone="bad" role="alert" title={title}>
      {pointed ? `Line ${pointed.line}, column ${pointed.column}: ${pointed.message}` : error.message}
      {pointed && (
        <pre className={classes.source} aria-hidden>
          {pointed.source}
          {'\n'}
          {' '.repeat(pointed.column - 1)}
          <strong>^</strong>
        </pre>
      )}
    </Note>
  );
}
