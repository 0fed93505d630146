/** The forms of steps, as the server describes them. */
import { queryOptions, skipToken } from '@tanstack/react-query'
import { ApiProblem, type Problem, type Schemas } from '../api/client.ts'
import { lines } from '../api/lines.ts'
import { queries } from '../app/queries.ts'
import type { Json } from '../values/json.ts'
import type { WorkflowDocument } from './document.ts'
import type { StepNode } from './steps.ts'

export type FormApp = Schemas['FormApp']
export type StepForm = Schemas['StepForm']

type FormLine =
  { type: 'progress'; text: string } | { type: 'form'; form: StepForm } | { type: 'problem'; problem: Problem }

const codes = new Map<string, number>()

/** What a step's form depends on: its code, not the values that are filled in. Code is no key: it may hold anything. */
function keyOf({ value: { use = null, code, language = null } }: StepNode): readonly Json[] {
  if (typeof code !== 'string') return [use, null, language]
  const known = codes.get(code) ?? codes.size
  codes.set(code, known)
  return [use, known, language]
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
