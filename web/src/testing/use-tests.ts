import { useEffect, useRef, useState } from 'react'
import { ApiProblem } from '../api/client.ts'
import type { Step } from '../api/runs.ts'
import {
  runInSession,
  startSession,
  type Draft,
  type EventSource,
  type SentRequest,
  type Session,
  type TestLine
} from '../api/tests.ts'
import { CurrentSession } from './current-session.ts'

type Finished = Extract<TestLine, { type: 'step_finished' }>

/** What a test of a step came to. */
export interface StepResult {
  requests: readonly SentRequest[]
  /** Requests that are not shown, because there were too many. */
  leftOut: number
  /** When it has finished. */
  step?: Step
  items: Finished['items']
  /** What it is doing, while it is running. */
  doing: string
}

export interface Tests {
  session: Session | undefined
  results: ReadonlyMap<string, StepResult>
  /** The step that is being tested, `all`, or nothing. */
  running: string | undefined
  /** What is being done before a step can run: packages that are installed. */
  progress: string | undefined
  error: unknown
  /** Begins a session with an event; what was tested before is gone. */
  begin: (draft: Draft, source: EventSource) => Promise<Session | undefined>
  /** Tests a step, or with `undefined` all of them; with the event that is being begun with, where one is. */
  test: (draft: Draft, step: string | undefined) => Promise<void>
  stop: () => void
}

/** One test session of the page. It ends with the page, and its secrets with it. */
export function useTests(onLearn: (name: string, exports: unknown) => void): Tests {
  const [session, setSession] = useState<Session>()
  const [results, setResults] = useState<ReadonlyMap<string, StepResult>>(new Map())
  const [running, setRunning] = useState<string>()
  const [progress, setProgress] = useState<string>()
  const [error, setError] = useState<unknown>()
  const going = useRef<AbortController>(undefined)
  const [current] = useState(() => new CurrentSession())
  useEffect(() => {
    // A page that the browser keeps and shows again has no session any more.
    const hide = (): void => {
      current.leave()
      setSession(undefined)
    }
    addEventListener('pagehide', hide)
    return () => {
      removeEventListener('pagehide', hide)
      going.current?.abort()
      current.leave()
    }
  }, [current])

  const hear = (line: TestLine): void => {
    if (line.type === 'problem') throw new ApiProblem(line.problem)
    setProgress(line.type === 'progress' ? line.text : undefined)
    setResults((before) => heard(before, line))
    if (line.type === 'step_finished') onLearn(line.step.name, line.step.exports ?? {})
  }
  return {
    session,
    results,
    running,
    progress,
    error,
    async begin(draft, source) {
      going.current?.abort()
      setError(undefined)
      try {
        const begun = await current.begin(startSession(draft, source))
        if (begun === undefined) return undefined
        setSession(begun)
        setResults(new Map())
        return begun
      } catch (reason) {
        setError(reason)
        return undefined
      }
    },
    async test(draft, step) {
      const abort = new AbortController()
      going.current = abort
      setRunning(step ?? 'all')
      setError(undefined)
      try {
        const id = await current.ready(abort.signal)
        if (id === undefined) return
        for await (const line of runInSession(id, step, draft, abort.signal)) hear(line)
      } catch (reason) {
        if (!abort.signal.aborted) setError(reason)
      } finally {
        setRunning(undefined)
        setProgress(undefined)
        setResults(settled)
      }
    },
    stop: () => going.current?.abort()
  }
}

const NOTHING: StepResult = { requests: [], leftOut: 0, items: [], doing: 'It is running.' }

function heard(results: ReadonlyMap<string, StepResult>, line: TestLine): ReadonlyMap<string, StepResult> {
  switch (line.type) {
    case 'step_started':
      return new Map(results).set(line.step, NOTHING)
    case 'request':
      return new Map(results).set(line.step, {
        ...(results.get(line.step) ?? NOTHING),
        doing: `It waits for the answer to ${line.method} ${line.origin}.`
      })
    case 'response':
      return new Map(results).set(line.step, { ...(results.get(line.step) ?? NOTHING), doing: NOTHING.doing })
    case 'step_finished':
      return new Map(results).set(line.step.name, {
        requests: line.requests,
        leftOut: line.requests_left_out,
        step: line.step,
        items: line.items,
        doing: ''
      })
    case 'progress':
    case 'finished':
    case 'problem':
      return results
  }
}

/** A test that was stopped leaves nothing that still runs. */
function settled(results: ReadonlyMap<string, StepResult>): ReadonlyMap<string, StepResult> {
  return new Map([...results].filter(([, { step }]) => step !== undefined))
}
