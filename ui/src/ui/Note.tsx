/** Something that the reader should know, in the place that it concerns. */

import type { ReactNode } from 'react';

import { Icon } from './Icon';
import classes from './Note.module.css';

export type Tone = 'bad' | 'unsure' | 'info';

interface NoteProps {
  tone: Tone;
  title: string;
  /** `alert` is read out at once, `status` when the reader comes to rest. */
  role: 'alert' | 'status';
  children: ReactNode;
  /** From edge to edge of the window, without corners. */
  wide?: boolean;
}

export function Note({ tone, title, role, children, wide = false }: NoteProps) {
  return (
    <div className={`${classes.note ?? ''} ${classes[tone] ?? ''}`} data-wide={wide} role={role}>
      <Icon name={tone === 'info' ? 'info' : 'warning'} size={20} />
      <div className={classes.text}>
        <strong className={classes.title}>{title}</strong>
        <div>{children}</div>
      </div>
    </div>
  );
}
