/** The PromQL editor: CodeMirror with highlighting, checks and completion. A chunk of its own. */

import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
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

import { completion } from './completion';
import { look } from './look';

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
    const promql = new PromQLExtension().setComplete({ completeStrategy: completion(cache) });
    const made = new EditorView({
      parent: holder.current,
      doc: first.value,
      selection: { anchor: first.value.length },
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

/** Offers that are still on their way when one leaves the editor would open over what one went to. */
const completionEndsWithFocus = EditorView.domEventHandlers({
  // Not at once: a view must not be changed from within its own update, which can take the focus away too.
  blur: (_, view) => void setTimeout(() => closeCompletion(view)),
});

function editing(label: string): Extension {
  return [
    history(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ maxRenderedOptions: 60 }),
    completionEndsWithFocus,
    EditorView.lineWrapping,
    EditorState.tabSize.of(2),
    EditorView.contentAttributes.of({ 'aria-label': label }),
    placeholder('A PromQL expression'),
    look,
  ];
}

/** Enter runs what is one line, as everybody expects of a field; in a longer text it is a new line. */
function keys(run: () => void, format: () => void): Extension {
  const running = (view: EditorView) => {
    closeCompletion(view);
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
      { key: 'Enter', run: (view) => view.state.doc.lines === 1 && running(view) },
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
