/** What the server says of the draft: mistakes, warnings, and what a run would do with credentials. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { createContext, use, useEffect, useState } from 'react'
import { call, type Mistake, type Schemas } from '../api/client.ts'
import { pathOf, startsWith, type Path } from './path.ts'
import { stepAt, type StepNode } from './steps.ts'

export type Checked = Schemas['CheckedDefinition']

export const UNCHECKED: Checked = { mistakes: [], warnings: [], definition: null, plan: null }
const REST_MS = 350

async function check(text: string, signal: AbortSignal): Promise<Checked> {
  const headers = { 'content-type': 'application/yaml' }
  return (await (await call('/definitions/check', { method: 'POST', body: text, headers, signal })).json()) as Checked
}

/** What the server says of a text, some rest after it was changed. The text itself is in no key: it may hold anything. */
export function useCheck(workflow: string, text: string): { checked: Checked; pending: boolean } {
  const [asked, setAsked] = useState({ text, number: 0 })
  useEffect(() => {
    const timer = setTimeout(
      () => setAsked((before) => (before.text === text ? before : { text, number: before.number + 1 })),
      REST_MS
    )
    return () => clearTimeout(timer)
  }, [text])
  const { data, isFetching } = useQuery({
    queryKey: ['check', workflow, asked.number],
    queryFn: ({ signal }) => check(asked.text, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 0
  })
  return { checked: data ?? UNCHECKED, pending: isFetching || asked.text !== text }
}

export const CheckContext = createContext<Checked>(UNCHECKED)

/** What the server says of the draft that is open. */
export function useChecked(): Checked {
  return use(CheckContext)
}

/** Where in the editor a mistake belongs: a step's id, `trigger` or `settings`. */
export function ownerOf(steps: readonly StepNode[], mistake: Mistake): string {
  const path = pathOf(mistake)
  return stepAt(steps, path)?.id ?? (path[0] === 'trigger' ? 'trigger' : 'settings')
}

/** The mistakes at or below a path. */
export function mistakesAt(mistakes: readonly Mistake[], path: Path): Mistake[] {
  return mistakes.filter((mistake) => startsWith(pathOf(mistake), path))
}

/** A mistake whose place begins with the step's name rather than with its number. */
export function named(steps: readonly StepNode[], mistake: Mistake): Mistake {
  const step = stepAt(steps, pathOf(mistake))
  if (step === undefined || step.name === '') return mistake
  const rest = mistake.path.replace(/^steps\[\d+\](?:\.steps\[\d+\])?\.?/, '')
  return { ...mistake, path: rest === '' ? step.name : `${step.name}: ${rest}` }
}
