/** Names and values of labels, narrowed to the series that a selector finds. */

import { list, text } from './decode';
import { request } from './envelope';

export async function fetchLabelNames(selector?: string): Promise<string[]> {
  return (await request({ path: '/labels', method: 'POST', params: matching(selector), data: list(text) }))
    .data;
}

export async function fetchLabelValues(label: string, selector?: string): Promise<string[]> {
  const path = `/label/${encodeURIComponent(label)}/values`;
  return (await request({ path, params: matching(selector), data: list(text) })).data;
}

function matching(selector: string | undefined): Record<string, string> {
  return selector === undefined ? {} : { 'match[]': selector };
}
