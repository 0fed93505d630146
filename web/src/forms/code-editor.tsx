/** The editor of a code step: with what TypeScript knows of `steps`, `$` and the props, for JavaScript and TypeScript. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completeAnyWord,
  completionKeymap
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language'
import { lintKeymap } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { Annotation, Compartment, EditorState } from '@codemirror/state'
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers
} from '@codemirror/view'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { ControlIds } from '../ui/field.tsx'
import { useSameScope } from '../values/same-scope.ts'
import type { Scope } from '../values/scope.ts'
import { HandedOn } from './handed-on.ts'
import { codeTheme } from './code-theme.ts'
import { languageOf } from './code/languages.ts'
import { stepsTypes } from './code/sample-types.ts'
import { TypingClient } from './code/typing-client.ts'
import { tellTypes, typescriptSupport } from './code/typescript-extension.ts'

interface CodeEditorProps {
  value: string
  onChange: (value: string) => void
  /** As a definition says it: `javascript`, `typescript`, `python`, `bash`. */
  language: string
  /** What `steps` holds: types are made of its samples. */
  scope: Scope
  /** Of the `Field` that it stands in. Otherwise it needs a `label`. */
  ids?: ControlIds
  label?: string
  /** Its height, or the least and the most that it may have. */
  className?: string
}

/** A change that did not come from the person. */
const outside = Annotation.define<true>()

export function CodeEditor({ value, onChange, language, scope, ids, label, className = 'h-96' }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<EditorView>()
  const [speaking] = useState(() => new Compartment())
  const [naming] = useState(() => new Compartment())
  const [first] = useState(value)
  const [handedOn] = useState(() => new HandedOn())
  const same = useSameScope(scope)
  const types = useMemo(() => stepsTypes(same), [same])
  const [ready, setReady] = useState<TypingClient>()
  const latest = useRef({ onChange })
  useEffect(() => {
    latest.current = { onChange }
  })

  useEffect(() => {
    if (host.current === null) return
    const changed = EditorView.updateListener.of(({ docChanged, state, transactions }) => {
      if (!docChanged || transactions.some((one) => one.annotation(outside) === true)) return
      const text = state.doc.toString()
      handedOn.add(text)
      latest.current.onChange(text)
    })
    const extensions = [setup, speaking.of([]), naming.of([]), changed]
    const made = new EditorView({ state: EditorState.create({ doc: first, extensions }), parent: host.current })
    setView(made)
    return () => made.destroy()
  }, [first, speaking, naming, handedOn])

  useEffect(() => {
    if (view === undefined || handedOn.isOwn(value) || view.state.doc.toString() === value) return
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value }, annotations: outside.of(true) })
  }, [view, value, handedOn])

  const named = ids === undefined ? { 'aria-label': label ?? 'Code' } : { ...ids, 'aria-labelledby': `${ids.id}-label` }
  const attributes = JSON.stringify(named)
  useEffect(() => {
    const texts = Object.entries(JSON.parse(attributes) as Record<string, unknown>).map(([name, one]) => [
      name,
      String(one)
    ])
    const effects = naming.reconfigure(
      EditorView.contentAttributes.of(Object.fromEntries(texts) as Record<string, string>)
    )
    view?.dispatch({ effects })
  }, [view, naming, attributes])

  // TypeScript is there as long as the editor is, and for its own languages only.
  useEffect(() => {
    if (view === undefined) return
    const typed = language === 'javascript' || language === 'typescript'
    const client = typed ? new TypingClient() : undefined
    let gone = false
    void languageOf(language).then((spoken) => {
      if (gone) return
      const support = client === undefined ? autocompletion({ override: [completeAnyWord] }) : typescriptSupport(client)
      view.dispatch({ effects: speaking.reconfigure([spoken, support]) })
      setReady(client)
    })
    return () => {
      gone = true
      client?.close()
    }
  }, [view, language, speaking])

  useEffect(() => {
    if (view !== undefined && ready !== undefined) tellTypes(view, types)
  }, [view, ready, types])

  return (
    <div className="flex flex-col gap-1">
      <div
        ref={host}
        className={`overflow-hidden rounded-md border border-line-strong bg-surface focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-accent [&>.cm-editor]:h-full ${className}`}
      />
      <p className="text-xs text-ink-3">Tab indents; Escape, then Tab, leaves the editor.</p>
    </div>
  )
}

const setup = [
  lineNumbers(),
  highlightActiveLineGutter(),
  foldGutter(),
  history(),
  drawSelection(),
  dropCursor(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  highlightActiveLine(),
  highlightSelectionMatches(),
  codeTheme,
  keymap.of([
    ...closeBracketsKeymap,
    ...completionKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...lintKeymap,
    ...defaultKeymap,
    indentWithTab
  ])
]
