/** The workflows of the load: together they use everything that can be taken over from another node. */
import type { Json } from '@bellhop/sdk'

export const STORE = 'main'
/** What every caller's token begins with. */
export const TOKEN_MARK = 'xoxb-of-a-caller-'
export const ITEMS = 4

export interface Recipe {
  name: string
  weight: number
  respond: 'immediate' | 'last_step'
  steps: (vendor: string) => Json[]
  /** The calls that a run makes: the vendor's word for each step. */
  calls: readonly string[]
  /** The credentials that its caller has. */
  brings: 'token' | 'users' | 'nothing'
  /** Waits until somebody resumes it. */
  resumed: boolean
  /** Waits in memory: what it does next is no sign of when it was taken over. */
  naps: boolean
}

const FROM_BODY = { runtime: { bearer_token: '{{steps.trigger.event.body.token}}' } }
const FROM_ITEM = { runtime: { bearer_token: '{{user.token}}' } }
const FROM_VAULT = {
  store: { from: STORE, path: 'database/creds/lasting', fields: { username: 'username', password: 'password' } }
}

function call(vendor: string, name: string, auth: Json = FROM_BODY, said = name): Json {
  return {
    name,
    use: 'http-request',
    auth: { http: auth },
    props: {
      method: 'POST',
      url: `${vendor}/v1/notes?_delay={{steps.trigger.event.body.pause}}`,
      headers: { 'x-run-id': '{{steps.trigger.context.id}}', 'x-step': said },
      body: { text: 'hello' }
    }
  }
}

const code: Json = {
  name: 'think',
  code: 'export default async ({ steps }) => ({ thought: Object.keys(steps).length })'
}

const USUAL = { respond: 'immediate', brings: 'token', resumed: false, naps: false } as const

/** A delay of more than 5 s leaves memory, a shorter one does not. */
export const recipes: readonly Recipe[] = [
  { ...USUAL, name: 'one', weight: 5, respond: 'last_step', calls: ['a'], steps: (v) => [call(v, 'a')] },
  {
    ...USUAL,
    name: 'three',
    weight: 4,
    respond: 'last_step',
    calls: ['a', 'b', 'c'],
    steps: (v) => [call(v, 'a'), call(v, 'b'), call(v, 'c')]
  },
  {
    ...USUAL,
    name: 'each',
    weight: 2,
    brings: 'users',
    calls: Array.from({ length: ITEMS }, (_, i) => ['x', 'y'].map((name) => `${name}.user-${i}`)).flat(),
    steps: (v) => [
      {
        name: 'all',
        each: '{{steps.trigger.event.body.users}}',
        as: 'user',
        concurrency: 2,
        steps: ['x', 'y'].map((name) => call(v, name, FROM_ITEM, `${name}.{{user.name}}`))
      }
    ]
  },
  {
    ...USUAL,
    name: 'nap',
    weight: 3,
    naps: true,
    calls: ['a', 'b'],
    steps: (v) => [call(v, 'a'), { name: 'nap', delay: '2s' }, call(v, 'b')]
  },
  {
    ...USUAL,
    name: 'sleep',
    weight: 2,
    calls: ['a', 'b'],
    steps: (v) => [call(v, 'a'), { name: 'sleep', delay: '7s' }, call(v, 'b')]
  },
  {
    ...USUAL,
    name: 'ask',
    weight: 2,
    resumed: true,
    calls: ['a', 'b'],
    steps: (v) => [call(v, 'a'), { name: 'approve', use: 'flow-suspend' }, call(v, 'b')]
  },
  {
    ...USUAL,
    name: 'lease',
    weight: 3,
    brings: 'nothing',
    naps: true,
    calls: ['a', 'b'],
    steps: (v) => [call(v, 'a', FROM_VAULT), { name: 'nap', delay: '1s' }, call(v, 'b', FROM_VAULT)]
  },
  {
    ...USUAL,
    name: 'think',
    weight: 1,
    calls: ['a', 'b'],
    steps: (v) => [call(v, 'a'), code, call(v, 'b')]
  }
]

export function definitionOf(recipe: Recipe, vendor: string): Json {
  return {
    name: recipe.name,
    trigger: { type: 'http', respond: recipe.respond },
    steps: recipe.steps(vendor),
    settings: { timeout: '10m', retry: { attempts: 50, backoff: '50ms', max_backoff: '500ms' } }
  }
}
