/** Where a query's time went: its plan as a tree, as the server measured it. */

import { type Decoder, list, number, object, record, text } from './decode';

export interface Explanation {
  /** What it does: a function, an operator, `select`. */
  name: string;
  /** What it does it to. */
  detail: string;
  /** How often it is evaluated. */
  steps: number;
  series: number;
  values: number;
  /** By it and its inputs. */
  samplesRead: number;
  /** Its inputs' time included. */
  totalSeconds: number;
  ownSeconds: number;
  peakBytes: number;
  inputs: Explanation[];
}

const node: Decoder<Explanation> = (value, path) =>
  record<Explanation>({
    name: text,
    detail: text,
    steps: number,
    series: number,
    values: number,
    samplesRead: number,
    totalSeconds: number,
    ownSeconds: number,
    peakBytes: number,
    inputs: list(node),
  })(value, path);

/** Out of the data of a query's answer. */
export const explanation: Decoder<Explanation> = (value, path) =>
  node(object(value, path).explanation, `${path}.explanation`);
