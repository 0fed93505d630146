/** Deploying: what is being done, and how it ended. */
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ApiProblem, type Problem, type Schemas } from '../../api/client.ts'
import { lines } from '../../api/lines.ts'

export type Deployment = Schemas['Deployment']

type Line =
  | { type: 'progress'; text: string }
  | { type: 'deployed'; deployment: Deployment }
  | { type: 'problem'; problem: Problem }

export type DeployState =
  | { at: 'review' }
  | { at: 'deploying'; done: readonly string[] }
  | { at: 'deployed'; deployment: Deployment }
  | { at: 'failed'; error: unknown; done: readonly string[] }

export interface Deploying {
  state: DeployState
  /**
   * @param save what comes before it, where anything does: a part of it for whoever watches
   * @returns what was deployed; `undefined` where it could not be: see the state
   */
  deploy: (name: string, text: string, save?: () => Promise<unknown>) => Promise<Deployment | undefined>
  reset: () => void
}

export function useDeploy(): Deploying {
  const queries = useQueryClient()
  const [state, setState] = useState<DeployState>({ at: 'review' })
  const done = useRef<readonly string[]>([])
  async function deploy(name: string, text: string, save?: () => Promise<unknown>): Promise<Deployment | undefined> {
    done.current = []
    setState({ at: 'deploying', done: [] })
    try {
      await save?.()
      const deployment = await deployed(name, text, (step) => {
        done.current = [...done.current, step]
        setState({ at: 'deploying', done: done.current })
      })
      setState({ at: 'deployed', deployment })
      await Promise.all(
        [['workflows'], ['drafts'], ['versions', name]].map((queryKey) => queries.invalidateQueries({ queryKey }))
      )
      return deployment
    } catch (error) {
      setState({ at: 'failed', error, done: done.current })
      return undefined
    }
  }
  return { state, deploy, reset: () => setState({ at: 'review' }) }
}

async function deployed(name: string, text: string, progress: (text: string) => void): Promise<Deployment> {
  const headers = { 'content-type': 'application/yaml' }
  for await (const line of lines<Line>(`/workflows/${encodeURIComponent(name)}`, {
    method: 'PUT',
    body: text,
    headers
  })) {
    if (line.type === 'deployed') return line.deployment
    if (line.type === 'problem') throw new ApiProblem(line.problem)
    progress(line.text)
  }
  throw new Error('an answer that ends before it says how')
}
