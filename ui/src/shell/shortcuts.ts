/** The keyboard shortcuts of the whole UI, as the help shows them. */

export interface Shortcut {
  keys: string[][];
  what: string;
}

export const GO: Record<string, string> = {
  q: '/query',
  t: '/targets',
  s: '/status',
  d: '/tsdb-status',
  f: '/flags',
  c: '/config',
};

export const shortcuts: { where: string; list: Shortcut[] }[] = [
  {
    where: 'Everywhere',
    list: [
      { keys: [['?']], what: 'this help' },
      { keys: [['/']], what: 'to the expression, or the filter' },
      { keys: [['g', 'q']], what: 'go to Query' },
      { keys: [['g', 't']], what: 'go to Targets' },
      { keys: [['g', 's']], what: 'go to Status' },
      { keys: [['g', 'd']], what: 'go to the store’s status' },
      { keys: [['g', 'f']], what: 'go to the flags' },
      { keys: [['g', 'c']], what: 'go to the configuration' },
    ],
  },
  {
    where: 'In an expression',
    list: [
      { keys: [['Shift + Enter'], ['Ctrl + Enter']], what: 'run' },
      { keys: [['Enter']], what: 'run, if the expression is one line' },
      { keys: [['Alt + Enter']], what: 'a new line' },
      { keys: [['Ctrl + Space']], what: 'complete' },
      { keys: [['Alt + F']], what: 'format' },
      { keys: [['Esc']], what: 'close the list; a second time leaves the editor' },
    ],
  },
];
