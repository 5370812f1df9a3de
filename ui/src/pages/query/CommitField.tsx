/** A text field that takes effect on Enter or when one leaves it, and only if its text can be read. */

import { TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';

interface CommitFieldProps<T> {
  label: string;
  value: string;
  /** `undefined` for what makes no sense. */
  read: (text: string) => T | undefined;
  /** What would make sense. */
  hint: string;
  onChange: (value: T) => void;
  width: number;
  placeholder?: string;
  section?: ReactNode;
}

export function CommitField<T>({
  label,
  value,
  read,
  hint,
  onChange,
  width,
  placeholder,
  section,
}: CommitFieldProps<T>) {
  const [draft, setDraft] = useState(value);
  const [applied, setApplied] = useState(value);
  if (applied !== value) {
    setApplied(value);
    setDraft(value);
  }
  const wrong = draft !== value && read(draft) === undefined;
  const commit = () => {
    if (draft === value) return;
    const next = read(draft);
    if (next === undefined) setDraft(value);
    else onChange(next);
  };
  return (
    <TextInput
      size="xs"
      w={width}
      aria-label={label}
      title={wrong ? `Not understood: ${hint}` : label}
      {...(placeholder !== undefined && { placeholder })}
      value={draft}
      error={wrong}
      rightSection={section}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') setDraft(value);
      }}
    />
  );
}
