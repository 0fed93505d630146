import { useEffect, useRef, useState } from 'react'
import { ApiProblem } from '../api/client.ts'
import type { Step } from '../api/runs.ts'
import {
  endSession,
  runInSession,
  startSession,
  type EventSource,
  type SentRequest,
  type Session,
  type TestFields,
  type TestLine
} from '../api/tests.ts'

/** What a test of a step came to. */
export interface StepResult {
  state: 'running' | 'finished'
  requests: SentRequest[]
  logs: Step['logs']
  /** When it has finished. */
  step?: Step
}

export interface Tests {
  session: Session | undefined
  results: ReadonlyMap<string, StepResult>
  /** The step that is being tested, `all`, or nothing. */
  running: string | undefined
  error: unknown
  /** Begins a session with an event; what was tested before is gone. */
  begin: (definition: string, source: EventSource, fields: TestFields) => Promise<Session | undefined>
  /** Tests a step, or with `undefined` all of them. */
  test: (definition: string, step: string | undefined) => Promise<void>
  stop: () => void
}

/** One test session of the page. It ends with the page, and its secrets with it. */
export function useTests(onLearn: (name: string, step: Step) => void): Tests {
  const [session, setSession] = useState<Session>()
  const [results, setResults] = useState<ReadonlyMap<string, StepResult>>(new Map())
  const [running, setRunning] = useState<string>()
  const [error, setError] = useState<unknown>()
  const going = useRef<AbortController>(undefined)
  const current = useRef<string>(undefined)
  useEffect(() => {
    const leave = (): void => {
      if (current.current !== undefined) endSession(current.current)
      current.current = undefined
    }
    addEventListener('pagehide', leave)
    return () => {
      removeEventListener('pagehide', leave)
      going.current?.abort()
      leave()
    }
  }, [])

  const hear = (line: TestLine): void => {
    if (line.type === 'problem') throw new ApiProblem(line.problem)
    if (line.type === 'done') return
    setResults((before) => heard(before, line))
    if (line.type === 'step_finished') onLearn(line.step.name, line.step)
  }
  return {
    session,
    results,
    running,
    error,
    async begin(definition, source, fields) {
      going.current?.abort()
      setError(undefined)
      try {
        const begun = await startSession(definition, source, fields)
        if (current.current !== undefined) endSession(current.current)
        current.current = begun.id
        setSession(begun)
        setResults(new Map())
        return begun
      } catch (reason) {
        setError(reason)
        return undefined
      }
    },
    async test(definition, step) {
      const id = current.current
      if (id === undefined) return
      const abort = new AbortController()
      going.current = abort
      setRunning(step ?? 'all')
      setError(undefined)
      try {
        for await (const line of runInSession(id, step, definition, abort.signal)) hear(line)
      } catch (reason) {
        if (!abort.signal.aborted) setError(reason)
      } finally {
        setRunning(undefined)
        setResults(settled)
      }
    },
    stop: () => going.current?.abort()
  }
}

const NOTHING: StepResult = { state: 'running', requests: [], logs: [] }

function heard(
  results: ReadonlyMap<string, StepResult>,
  line: Exclude<TestLine, { type: 'done' | 'problem' }>
): ReadonlyMap<string, StepResult> {
  const name = typeof line.step === 'string' ? line.step : line.step.name
  const before = results.get(name) ?? NOTHING
  const next = (result: StepResult) => new Map(results).set(name, result)
  switch (line.type) {
    case 'step_started':
      return next(NOTHING)
    case 'log':
      return next({ ...before, logs: [...before.logs, line.line] })
    case 'request':
      return next({ ...before, requests: [...before.requests, line.request] })
    case 'step_finished':
      return next({ state: 'finished', requests: line.requests, logs: line.step.logs, step: line.step })
  }
}

/** A test that was stopped leaves nothing that still runs. */
function settled(results: ReadonlyMap<string, StepResult>): ReadonlyMap<string, StepResult> {
  return new Map([...results].filter(([, { state }]) => state === 'finished'))
}
