/** The PromQL editor: CodeMirror with highlighting, checks and completion. A chunk of its own. */

import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { useQueryClient } from '@tanstack/react-query';
import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react';

import { look } from './look';
import { completionSource } from './source';

export interface EditorHandle {
  /** Puts text where the cursor is, in place of what is selected, and the cursor behind it. */
  insert: (text: string) => void;
}

export interface EditorProps {
  value: string;
  label: string;
  autoFocus: boolean;
  onChange: (value: string) => void;
  onRun: () => void;
  onFormat: () => void;
  ref?: Ref<EditorHandle>;
}

export default function Editor({ value, label, autoFocus, onChange, onRun, onFormat, ref }: EditorProps) {
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const cache = useQueryClient();
  const start = useEffectEvent(() => ({ value, label, autoFocus }));
  const changed = useEffectEvent((text: string) => onChange(text));
  const run = useEffectEvent(() => onRun());
  const format = useEffectEvent(() => onFormat());

  useEffect(() => {
    if (!holder.current) return;
    const first = start();
    const promql = new PromQLExtension().setComplete({ remote: completionSource(cache) });
    const made = new EditorView({
      parent: holder.current,
      doc: first.value,
      extensions: [
        editing(first.label),
        keys(
          () => run(),
          () => format(),
        ),
        promql.asExtension(),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
      ],
    });
    view.current = made;
    if (first.autoFocus) made.focus();
    return () => {
      promql.destroy();
      made.destroy();
      view.current = null;
    };
  }, [cache]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: value },
      selection: { anchor: value.length },
    });
  }, [value]);

  useImperativeHandle(ref, () => ({
    insert: (text) => {
      const editor = view.current;
      if (!editor) return;
      editor.dispatch(editor.state.replaceSelection(text));
      editor.focus();
    },
  }));

  return <div ref={holder} />;
}

function editing(label: string): Extension {
  return [
    history(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ maxRenderedOptions: 60 }),
    EditorView.lineWrapping,
    EditorState.tabSize.of(2),
    EditorView.contentAttributes.of({ 'aria-label': label }),
    placeholder('A PromQL expression'),
    look,
  ];
}

/** Enter runs what is one line, as everybody expects of a field; in a longer text it is a new line. */
function keys(run: () => void, format: () => void): Extension {
  const running = () => {
    run();
    return true;
  };
  return [
    Prec.highest(
      keymap.of([
        { key: 'Shift-Enter', run: running },
        { key: 'Mod-Enter', run: running },
        { key: 'Alt-Enter', run: insertNewlineAndIndent },
        {
          key: 'Alt-f',
          run: () => {
            format();
            return true;
          },
        },
        { key: 'Tab', run: acceptCompletion },
      ]),
    ),
    keymap.of(completionKeymap),
    keymap.of([
      { key: 'Enter', run: (view) => view.state.doc.lines === 1 && running() },
      {
        key: 'Escape',
        run: (view) => {
          view.contentDOM.blur();
          return true;
        },
      },
      ...closeBracketsKeymap,
      ...historyKeymap,
      ...lintKeymap,
      ...defaultKeymap,
    ]),
  ];
}
