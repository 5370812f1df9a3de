/** The editor, the button that runs it, and the menu of what else can be done with an expression. */

import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useRef, useState } from 'react';

import { formatQuery } from '../../api/query';
import type { EditorHandle } from '../../promql/Editor';
import { Failure } from '../../ui/Failure';
import { Icon } from '../../ui/Icon';
import { PanelMenu } from './PanelMenu';
import { PlainEditor } from './PlainEditor';
import classes from './QueryPanel.module.css';

const Editor = lazy(() => import('../../promql/Editor'));
const Explorer = lazy(() => import('./explorer/Explorer'));

interface ExpressionRowProps {
  draft: string;
  autoFocus: boolean;
  onDraft: (draft: string) => void;
  /** Runs the draft, or another expression in its place. */
  onRun: (expr?: string) => void;
  onDuplicate: () => void;
  onRemove?: () => void;
}

export function ExpressionRow({
  draft,
  autoFocus,
  onDraft,
  onRun,
  onDuplicate,
  onRemove,
}: ExpressionRowProps) {
  const editor = useRef<EditorHandle>(null);
  const [typing, setTyping] = useState(false);
  const [exploring, setExploring] = useState(false);
  const formatting = useMutation({ mutationFn: formatQuery, onSuccess: onDraft });
  const editing = {
    value: draft,
    label: 'Expression',
    onChange: (text: string) => {
      formatting.reset();
      onDraft(text);
    },
    onRun: () => onRun(),
    onFormat: () => {
      if (draft.trim() !== '') formatting.mutate(draft);
    },
  };
  return (
    <>
      <div className={classes.row}>
        <div className={classes.field} data-shortcut="/">
          <Suspense fallback={<PlainEditor {...editing} onFocus={() => setTyping(true)} />}>
            <Editor {...editing} autoFocus={autoFocus || typing} ref={editor} />
          </Suspense>
        </div>
        <Tooltip label="Explore metrics">
          <ActionIcon
            variant="default"
            size={39}
            aria-label="Explore metrics"
            onClick={() => setExploring(true)}
          >
            <Icon name="explore" />
          </ActionIcon>
        </Tooltip>
        <PanelMenu
          onFormat={editing.onFormat}
          onHistory={(expr) => {
            onDraft(expr);
            onRun(expr);
          }}
          onDuplicate={onDuplicate}
          {...(onRemove && { onRemove })}
        />
        <Button
          h={39}
          className={classes.run ?? ''}
          leftSection={<Icon name="play" size={16} />}
          onClick={() => onRun()}
        >
          Run
        </Button>
      </div>
      {formatting.error && <Failure title="The expression cannot be formatted" error={formatting.error} />}
      {exploring && (
        <Suspense fallback={null}>
          <Explorer
            onClose={() => setExploring(false)}
            onInsert={(name) => {
              setExploring(false);
              if (editor.current) editor.current.insert(name);
              else onDraft(draft + name);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
