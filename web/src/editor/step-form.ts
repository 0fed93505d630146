/** The forms of steps, as the server describes them. */
import { queryOptions, skipToken } from '@tanstack/react-query'
import { ApiProblem, type Problem } from '../api/client.ts'
import { lines } from '../api/lines.ts'
import { queries } from '../app/queries.ts'
import type { Json } from '../values/json.ts'
import type { WorkflowDocument } from './document.ts'
import type { StepNode } from './steps.ts'

/** One thing that a person fills in or reads. */
export interface FormProp {
  name: string
  /** As the Component API calls it; besides, `store` and `data_store` take names, `alert` and `dir` nothing. */
  type: string
  label?: string
  /** Markdown. */
  description?: string
  optional: boolean
  secret: boolean
  /** Names a secret in a store. */
  lookup: boolean
  /** Stands in the definition word for word: references are refused. */
  literal: boolean
  default?: Json
  min?: number
  max?: number
  options?: { label: string; value: string | number }[]
  /** Its choices have to be asked for. */
  async_options: boolean
  /** They take what a person typed. */
  use_query: boolean
  /** Other props depend on it. */
  reload: boolean
  hidden: boolean
  disabled: boolean
  /** The kinds of stores that will do. */
  kinds?: string[]
  alert_type?: string
  /** Of an alert: Markdown. */
  content?: string
}

export interface FormApp {
  /** The slug. */
  app: string
  name: string
  description: string
  fields: Record<string, { label: string; description?: string; secret: boolean; optional: boolean }>
  one_of?: string[][]
  /** Whether the step may do without credentials. */
  optional: boolean
  hosts: string[]
  /** In no catalogue: the binding says its fields, hosts and places. */
  unlisted: boolean
}

export interface StepForm {
  kind: 'action' | 'component' | 'code' | 'native' | 'delay' | 'end_if' | 'each'
  key: string
  name: string
  description: string
  version: string
  /** By the name under the step's `auth`. */
  apps: Record<string, FormApp>
  props: FormProp[]
  /** More props come with the values of others. */
  additional_props: boolean
}

type FormLine =
  { type: 'progress'; text: string } | { type: 'form'; form: StepForm } | { type: 'problem'; problem: Problem }

/** What a step's form depends on: its code, not the values that are filled in. */
function keyOf({ value }: StepNode): readonly Json[] {
  return [value['use'] ?? null, value['code'] ?? null, value['language'] ?? null]
}

/** What is being done while a form is made, which may take a minute for code from a registry. */
export function formProgress(step: StepNode) {
  return queryOptions<string>({ queryKey: ['step-form-progress', ...keyOf(step)], queryFn: skipToken, gcTime: 60_000 })
}

/** The form of a step of a document. Asked for once per code. */
export function formQuery(document: WorkflowDocument, step: StepNode) {
  const { use } = step.value
  const asked = typeof use === 'string' ? { use } : { definition: document.text, step: step.name }
  return queryOptions<StepForm>({
    queryKey: ['step-form', ...keyOf(step)],
    queryFn: ({ signal }) => describe(asked, signal, (text) => queries.setQueryData(formProgress(step).queryKey, text)),
    enabled: step.kind === 'use' || step.kind === 'code',
    staleTime: Infinity,
    // While code is being written its form stays as it was.
    placeholderData: (before: StepForm | undefined) =>
      step.kind === 'code' && before?.kind === 'code' ? before : undefined
  })
}

async function describe(asked: object, signal: AbortSignal, progress: (text: string) => void): Promise<StepForm> {
  const init = { method: 'POST', body: JSON.stringify(asked), headers: { 'content-type': 'application/json' }, signal }
  for await (const line of lines<FormLine>('/steps/describe', init)) {
    if (line.type === 'form') return line.form
    if (line.type === 'problem') throw new ApiProblem(line.problem)
    progress(line.text)
  }
  throw new Error('an answer that ends before it says how')
}
