/** Stands in for the editor while its code is on the way: one can already type and run. */

import classes from './QueryPanel.module.css';

interface PlainEditorProps {
  value: string;
  label: string;
  onChange: (value: string) => void;
  onRun: () => void;
  /** Who has begun to type here goes on in the editor when it comes. */
  onFocus: () => void;
}

export function PlainEditor({ value, label, onChange, onRun, onFocus }: PlainEditorProps) {
  return (
    <textarea
      className={classes.plain}
      aria-label={label}
      placeholder="A PromQL expression"
      rows={Math.max(1, value.split('\n').length)}
      value={value}
      onFocus={onFocus}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.altKey) return;
        event.preventDefault();
        onRun();
      }}
    />
  );
}
