/** What stands round every page: header, navigation, keyboard shortcuts, banners, and the page's frame. */

import { Suspense, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';

import { notYet, routeOf } from '../routes/routes';
import { Boundary } from '../ui/Boundary';
import { Waiting } from '../ui/Waiting';
import { Banners } from './Banners';
import { Header } from './Header';
import { MissingPage } from './MissingPage';
import classes from './Shell.module.css';
import { ShortcutHelp } from './ShortcutHelp';
import { useShortcuts } from './useShortcuts';

/** What the server calls itself in the page that it sent. */
const product = document.title;

export function Shell() {
  const [path] = useLocation();
  const [helpOpen, setHelpOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const route = routeOf(path);
  const title = route?.title ?? notYet[path] ?? 'Not found';
  useShortcuts({ onHelp: () => setHelpOpen(true) });
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title]);

  const Page = route?.page;
  return (
    <>
      <a
        className={classes.skip}
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the page
      </a>
      <Header section={route?.section} onHelp={() => setHelpOpen(true)} />
      <Banners />
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <Boundary key={title}>
          <Suspense fallback={<Waiting />}>{Page ? <Page /> : <MissingPage path={path} />}</Suspense>
        </Boundary>
      </main>
      <ShortcutHelp opened={helpOpen} onClose={() => setHelpOpen(false)} />
    </>
  );
}
