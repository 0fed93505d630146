import type { EditorView } from '@codemirror/view'
import { useQuery } from '@tanstack/react-query'
import { CircleAlert, TriangleAlert } from 'lucide-react'
import { useEffect, useEffectEvent, useRef } from 'react'
import { CodeWords } from '../../ui/code-words.tsx'
import { useCatalogue } from '../catalogue.ts'
import { useChecked } from '../check.ts'
import { useEditor } from '../context.tsx'
import { openDocument } from '../document.ts'
import { findStep, stepAt } from '../steps.ts'
import { completeYaml } from './complete.ts'
import { pathAt, rangeOf } from './places.ts'
import { schemaQuery } from './schema.ts'
import { diagnosticOf, makeYamlEditor, placed, showMistakes, showPlace, showText, type Placed } from './yaml-editor.ts'

/** The definition as its text: what a form changes is changed here, and the other way about. */
export function YamlView() {
  const { document, edit, undo, redo, selected, select } = useEditor()
  const { mistakes, warnings } = useChecked()
  const catalogue = useCatalogue()
  const { data: schema } = useQuery(schemaQuery)
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const problems = placed(document, mistakes, warnings)

  const changed = useEffectEvent((text: string) => edit(() => openDocument(text), 'yaml'))
  const moved = useEffectEvent((offset: number) => {
    const path = pathAt(document.text, offset)
    const id =
      stepAt(document.steps, path)?.id ??
      (path[0] === 'trigger' ? 'trigger' : path[0] === 'settings' ? 'settings' : undefined)
    if (id !== undefined && id !== selected) select(id)
  })
  const undoNow = useEffectEvent(() => undo?.())
  const redoNow = useEffectEvent(() => redo?.())
  const completeNow = useEffectEvent((context: Parameters<ReturnType<typeof completeYaml>>[0]) =>
    completeYaml(schema, catalogue)(context)
  )
  const goTo = useEffectEvent((id: string) => {
    const path = findStep(document.steps, id)?.path ?? [id]
    const place = rangeOf(document.text, path)
    if (view.current !== undefined && place !== undefined) showPlace(view.current, place.from)
  })
  const start = useEffectEvent((parent: HTMLElement) => {
    const made = makeYamlEditor(parent, document.text, {
      changed,
      moved,
      undo: () => undoNow(),
      redo: () => redoNow(),
      complete: (context) => completeNow(context)
    })
    view.current = made
    goTo(selected)
    return made
  })

  useEffect(() => {
    if (host.current === null) return
    const made = start(host.current)
    made.focus()
    return () => made.destroy()
  }, [])
  useEffect(() => {
    if (view.current !== undefined) showText(view.current, document.text)
  }, [document.text])
  const said = JSON.stringify(problems)
  useEffect(() => {
    const made = view.current
    if (made === undefined) return
    showMistakes(
      made,
      (JSON.parse(said) as Placed[]).map((one) => diagnosticOf(made.state.doc, one))
    )
  }, [said])

  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <div ref={host} className="min-h-0 flex-1 overflow-auto [&>.cm-editor]:min-h-full" />
      <Problems
        problems={problems}
        onChoose={(one) => {
          if (view.current !== undefined) showPlace(view.current, diagnosticOf(view.current.state.doc, one).from, true)
        }}
      />
    </div>
  )
}

function Problems({ problems, onChoose }: { problems: readonly Placed[]; onChoose: (problem: Placed) => void }) {
  if (problems.length === 0) return null
  return (
    <ul aria-label="What is wrong" className="max-h-36 shrink-0 overflow-auto border-t py-1">
      {problems.map((problem) => (
        <li key={`${problem.line}:${problem.column}:${problem.message}`}>
          <button
            type="button"
            onClick={() => onChoose(problem)}
            className="flex w-full items-start gap-2 px-4 py-1 text-left text-xs hover:bg-hover"
          >
            {problem.severity === 'error' ? (
              <CircleAlert className="mt-0.5 size-3.5 shrink-0 text-bad" aria-label="Mistake" />
            ) : (
              <TriangleAlert className="mt-0.5 size-3.5 shrink-0 text-warn" aria-label="Warning" />
            )}
            <span className="min-w-0 flex-1">
              <CodeWords text={problem.message} />
            </span>
            <span className="shrink-0 text-ink-3 tabular-nums">line {problem.line}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
