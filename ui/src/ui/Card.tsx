import { Paper, type PaperProps } from '@mantine/core';
import type { ReactNode } from 'react';

import classes from './Card.module.css';

/** A sheet that holds one thing. */
export function Card({ children, label, ...rest }: PaperProps & { children: ReactNode; label?: string }) {
  return (
    <Paper component="section" aria-label={label} className={classes.card} {...rest}>
      {children}
    </Paper>
  );
}
