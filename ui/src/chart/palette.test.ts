import { expect, test } from 'vitest';

import { colourOf, dashOf, palette, type Scheme } from './palette';

/** The sheets that charts stand on: `--surface` in both schemes. */
const GROUND: Record<Scheme, string> = { light: '#ffffff', dark: '#1c2228' };
/** WCAG 2.1 asks this of graphics. */
const CONTRAST_MIN = 3;

function luminance(colour: string): number {
  const channel = (at: number) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const cases = (['light', 'dark'] as const).flatMap((scheme) =>
  palette(scheme).map((colour) => [colour, scheme] as const),
);

test.each(cases)('%s can be seen on the %s ground', (colour, scheme) => {
  expect(contrast(colour, GROUND[scheme])).toBeGreaterThanOrEqual(CONTRAST_MIN);
});

test('a colour that comes again has another dash', () => {
  const again = palette('light').length;
  expect(colourOf(again, 'light')).toBe(colourOf(0, 'light'));
  expect(dashOf(again)).not.toEqual(dashOf(0));
});
