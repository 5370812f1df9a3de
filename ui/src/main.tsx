import './styles.css';

import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';

import { cache } from './api/cache';
import { PREFIX } from './routes/prefix';
import { routeOf } from './routes/routes';
import { Shell } from './shell/Shell';
import { theme, variables } from './theme';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no element with id "root"');

// The page's code and data are on their way while the shell is drawn.
routeOf(window.location.pathname.slice(PREFIX.length))?.load();

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={cache}>
        <Router base={PREFIX}>
          <Shell />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
