/**
 * Numbers with a unit, for axes and tooltips.
 *
 * Tables show values as the server wrote them; here a value is cut to what the eye can use.
 */

export type Unit = 'none' | 'bytes' | 'bytes/s' | 'seconds' | 'ratio';

const SI: [number, string][] = [
  [1e12, ' T'],
  [1e9, ' G'],
  [1e6, ' M'],
  [1e3, ' k'],
];
const SMALL: [number, string][] = [
  [1e-3, ' m'],
  [1e-6, ' µ'],
  [1e-9, ' n'],
];
const BINARY: [number, string][] = [
  [2 ** 50, ' PiB'],
  [2 ** 40, ' TiB'],
  [2 ** 30, ' GiB'],
  [2 ** 20, ' MiB'],
  [2 ** 10, ' KiB'],
];

/** `digits` significant ones; an axis asks for as many as tell its ticks apart. */
export function formatValue(value: number, unit: Unit, digits = 4): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '−Inf';
  const sign = value < 0 ? '−' : '';
  return sign + formatSize(Math.abs(value), unit, digits);
}

function formatSize(size: number, unit: Unit, digits: number): string {
  switch (unit) {
    case 'bytes':
      return scaled(size, BINARY, digits) ?? `${short(size, digits)} B`;
    case 'bytes/s':
      return `${scaled(size, BINARY, digits) ?? `${short(size, digits)} B`}/s`;
    case 'seconds':
      return formatSeconds(size, digits);
    case 'ratio':
      return `${short(size * 100, digits)} %`;
    case 'none':
      return formatPlain(size, digits);
  }
}

function formatPlain(size: number, digits: number): string {
  if (size === 0) return '0';
  if (size >= 1e15) return size.toExponential(2);
  const large = scaled(size, SI, digits);
  if (large !== undefined) return large;
  if (size >= 1e-3) return short(size, digits);
  return scaled(size, SMALL, digits) ?? size.toExponential(2);
}

const SPANS: [number, string][] = [
  [365 * 86_400, ' y'],
  [86_400, ' d'],
  [3600, ' h'],
  [60, ' min'],
];

function formatSeconds(size: number, digits: number): string {
  if (size === 0) return '0 s';
  if (size < 1) {
    if (size < 1e-9) return `${size.toExponential(2)} s`;
    return `${scaled(size, SMALL, digits) ?? short(size, digits)}s`;
  }
  return scaled(size, SPANS, digits) ?? `${short(size, digits)} s`;
}

/** The first step of a descending ladder that the size reaches. */
function scaled(size: number, ladder: [number, string][], digits: number): string | undefined {
  const step = ladder.find(([factor]) => size >= factor);
  return step && `${short(size / step[0], digits)}${step[1]}`;
}

function short(size: number, digits: number): string {
  return String(Number(size.toPrecision(digits)));
}
