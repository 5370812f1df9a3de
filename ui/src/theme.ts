/** Colours and defaults of every component: a fennel stalk's green, a spark's amber, quiet greys. */

import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, Modal } from '@mantine/core';

const fennel: MantineColorsTuple = [
  '#f2f8ee',
  '#e3efdb',
  '#c6dfb7',
  '#a6cd8e',
  '#8cbf6c',
  '#6ea94d',
  '#55903a',
  '#437a2d',
  '#356324',
  '#274b1b',
];

const dark: MantineColorsTuple = [
  '#dde2e6',
  '#b8c0c7',
  '#98a2ab',
  '#727d87',
  '#3b444d',
  '#2b333a',
  '#1f262c',
  '#161b20',
  '#101418',
  '#0b0e11',
];

export const theme = createTheme({
  colors: { fennel, dark },
  primaryColor: 'fennel',
  primaryShade: 7,
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  fontFamilyMonospace:
    "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  components: {
    Modal: Modal.extend({
      styles: { content: { background: 'var(--surface)' }, header: { background: 'var(--surface)' } },
    }),
  },
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.0625rem' } } },
});

/** Colours that Mantine's own greys would leave below the contrast that WCAG AA asks for. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#56606a',
    '--mantine-color-placeholder': '#66707a',
    '--mantine-color-body': '#f6f8f5',
  },
  dark: { '--mantine-color-dimmed': '#98a2ab', '--mantine-color-placeholder': '#8a949d' },
});
