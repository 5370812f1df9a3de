/**
 * The path under which the server stands: empty, or `/metrics/ui` behind a proxy or with a route prefix.
 *
 * The page is the same file for every server, so it learns this from where its own scripts came from: they all
 * lie in `<prefix>/assets/`.
 */

export function prefixOf(script: string): string {
  return new URL('..', script).pathname.replace(/\/+$/, '');
}

const script = import.meta.url;

/** The development server serves scripts from where they lie in the source tree. */
export const PREFIX = import.meta.env.DEV ? '' : prefixOf(script);
