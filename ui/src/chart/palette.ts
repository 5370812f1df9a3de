/**
 * Colours of series, told apart by hue and lightness, and readable on both grounds.
 *
 * Each has at least 3:1 against its ground (checked by a test). After twelve they repeat with another dash.
 */

const LIGHT = [
  '#437a2d',
  '#c2570c',
  '#2b6cb0',
  '#8e44ad',
  '#b8860b',
  '#c0392b',
  '#00838f',
  '#ad1457',
  '#5d4e37',
  '#3949ab',
  '#6b8e00',
  '#7b6f8e',
];
const DARK = [
  '#8cc96f',
  '#f6a04d',
  '#6db3f2',
  '#c792ea',
  '#f2d060',
  '#ff7b72',
  '#4dd0c8',
  '#f48fb1',
  '#c9ad86',
  '#9fa8ff',
  '#c5e063',
  '#b8b0c8',
];

export type Scheme = 'light' | 'dark';

const DASHES = [[], [6, 3], [2, 3]];

export function colourOf(series: number, scheme: Scheme): string {
  const palette = scheme === 'light' ? LIGHT : DARK;
  return palette[series % palette.length] ?? '#888888';
}

export function dashOf(series: number): number[] {
  return DASHES[Math.floor(series / LIGHT.length) % DASHES.length] ?? [];
}

export function palette(scheme: Scheme): readonly string[] {
  return scheme === 'light' ? LIGHT : DARK;
}
