import { ActionIcon, Group } from '@mantine/core';
import { Link } from 'wouter';

import { routeOf, type Section } from '../routes/routes';
import { Icon } from '../ui/Icon';
import { Logo } from './Logo';
import { SchemeSwitch } from './SchemeSwitch';
import classes from './Shell.module.css';

const sections: { section: Section; path: string; name: string }[] = [
  { section: 'query', path: '/query', name: 'Query' },
  { section: 'targets', path: '/targets', name: 'Targets' },
  { section: 'status', path: '/status', name: 'Status' },
];

export function Header({ section, onHelp }: { section: Section | undefined; onHelp: () => void }) {
  return (
    <header className={classes.header}>
      <Link href="/" className={classes.brand} aria-label="Ferula, start page">
        <Logo />
        <span className={classes.name}>Ferula</span>
      </Link>
      <nav className={classes.nav} aria-label="Pages">
        {sections.map((entry) => (
          <Link
            key={entry.section}
            href={entry.path}
            className={classes.link}
            aria-current={section === entry.section ? 'page' : undefined}
            onPointerEnter={() => routeOf(entry.path)?.load()}
            onFocus={() => routeOf(entry.path)?.load()}
          >
            {entry.name}
          </Link>
        ))}
      </nav>
      <Group gap={6} wrap="nowrap">
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Keyboard shortcuts" onClick={onHelp}>
          <Icon name="help" />
        </ActionIcon>
        <SchemeSwitch />
      </Group>
    </header>
  );
}
