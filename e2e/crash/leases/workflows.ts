/** What runs do with a secret that is made for them. Each call says who it is, so that the vendor can tell the judge. */

/**
 * `binding`: two steps whose bindings fetch. `step`: one that fetches, a sleep, and two that use what it left.
 * `brief`: as `binding`, with a lease so short that it has to be renewed within seconds.
 */
export type Shape = 'binding' | 'step' | 'brief'

export const SHAPES: readonly Shape[] = ['binding', 'step', 'brief']
/** The steps that call the vendor, in their order. */
export const CALLS = ['first', 'second'] as const
export const STORE = 'main'
/** Long enough that a kill finds the run asleep. */
const NAP = '400ms'

export function definitionOf(shape: Shape, vendor: string): string {
  const steps = shape === 'step' ? byStep(vendor) : byBinding(vendor, shape === 'brief' ? 'brief' : 'lasting')
  const retry = { attempts: 40, backoff: '20ms', max_backoff: '200ms' }
  return JSON.stringify({ name: shape, trigger: { type: 'http' }, steps, settings: { retry } })
}

function byBinding(vendor: string, role: string): object[] {
  const fields = { username: 'username', password: 'password' }
  return CALLS.map((name) => call(name, vendor, { store: { from: STORE, path: `database/creds/${role}`, fields } }))
}

function byStep(vendor: string): object[] {
  const from = 'steps.fetch.$return_value.data'
  const runtime = { username: `{{${from}.username}}`, password: `{{${from}.password}}` }
  const props = { store: STORE, path: 'database/creds/lasting' }
  return [
    { name: 'fetch', use: 'vault-read-secret', props },
    { name: 'nap', delay: NAP },
    ...CALLS.map((name) => call(name, vendor, { runtime }))
  ]
}

function call(name: string, vendor: string, binding: object): object {
  return {
    name,
    use: 'http-request',
    auth: { http: binding },
    props: {
      method: 'POST',
      url: `${vendor}/v1/notes`,
      headers: { 'x-run-id': '{{steps.trigger.context.id}}', 'x-step': name },
      body: { text: 'hello' }
    }
  }
}
