/** The workflow that is open in the editor, for every panel of it. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react'
import type { Scope } from '../values/scope.ts'
import type { WorkflowDocument } from './document.ts'
import * as history from './history.ts'
import { scopeOf, type Sample, type Samples } from './scope.ts'
import { formQuery } from './step-form.ts'
import { findStep, type StepNode } from './steps.ts'

export type Change = (document: WorkflowDocument) => WorkflowDocument

export interface Editor {
  /** The workflow's name in the address: what the server knows it by. */
  readonly workflow: string
  readonly document: WorkflowDocument
  /**
   * Changes the document.
   * @param of what is changed, so that typing in one field is one change to undo; left out for a change of its own
   */
  edit: (change: Change, of?: string) => void
  /** `undefined` where there is nothing to undo. */
  readonly undo: (() => void) | undefined
  readonly redo: (() => void) | undefined
  /** The id of a step, `trigger` or `settings`. */
  readonly selected: string
  select: (id: string) => void
  /** What a step can refer to, with the samples that are known. */
  scopeOf: (step: StepNode) => Scope
  /** The query of a step's form: `useQuery(form(step))`. */
  form: (step: StepNode) => ReturnType<typeof formQuery>
  readonly samples: Samples
  /** Keeps what an event or a step's exports were; in memory only. `steps.trigger.event`, `steps.<name>`. */
  learn: (samples: Readonly<Record<string, Sample>>) => void
}

const Context = createContext<Editor | undefined>(undefined)

/** @throws outside of an editor */
export function useEditor(): Editor {
  const editor = use(Context)
  if (editor === undefined) throw new Error('not inside of an editor')
  return editor
}

/** @param text the definition to begin with */
export function EditorProvider({ workflow, text, children }: { workflow: string; text: string; children: ReactNode }) {
  const [past, setPast] = useState(() => history.begin(text))
  const settled = useSettled(past.document)
  const [samples, setSamples] = useState<Samples>(new Map())
  const selected = useSearch({ from: '/shell/workflows/$name', select: ({ step }) => step ?? 'trigger' })
  const navigate = useNavigate({ from: '/workflows/$name' })
  const editor = useMemo((): Editor => {
    const { document } = past
    const settledStep = (step: StepNode): StepNode => findStep(settled.steps, step.id) ?? step
    return {
      workflow,
      document,
      edit: (change, of) => setPast((now) => history.record(now, change(now.document), Date.now(), of)),
      undo: past.past.length === 0 ? undefined : () => setPast(history.undo),
      redo: past.future.length === 0 ? undefined : () => setPast(history.redo),
      selected,
      select: (step) => void navigate({ search: (search) => ({ ...search, step }), replace: true }),
      scopeOf: (step) => scopeOf(document, samples, step),
      form: (step) =>
        formQuery(step.kind === 'code' ? settled : document, step.kind === 'code' ? settledStep(step) : step),
      samples,
      learn: (more) => setSamples((known) => new Map([...known, ...Object.entries(more)]))
    }
  }, [workflow, past, settled, samples, selected, navigate])
  return <Context value={editor}>{children}</Context>
}

const REST_MS = 900

/** The document as it was when somebody rested: code is not built at every letter. */
function useSettled(document: WorkflowDocument): WorkflowDocument {
  const [settled, setSettled] = useState(document)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(document), REST_MS)
    return () => clearTimeout(timer)
  }, [document])
  return settled
}
