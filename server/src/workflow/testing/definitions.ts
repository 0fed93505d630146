import type { Build, CodeToBuild } from '../building.ts'
import { makePlan, type Mistake, type Plan } from '../plan.ts'
import { catalogue } from './catalogue.ts'

/** The mistakes of a definition; none for a valid one. */
export function mistakesOf(definition: unknown, build?: Build): Mistake[] {
  const planning = makePlan(definition, catalogue, build)
  return 'mistakes' in planning ? planning.mistakes : []
}

/** The plan and the warnings of a definition that must be valid. */
export function planOf(definition: unknown, build?: Build): { plan: Plan; warnings: Mistake[] } {
  const planning = makePlan(definition, catalogue, build)
  if ('plan' in planning) return planning
  throw new Error(`not valid: ${JSON.stringify(planning, null, 2)}`)
}

/** What of a definition has to be built before it can be planned. */
export function toBuildOf(definition: unknown): CodeToBuild[] {
  const planning = makePlan(definition, catalogue)
  if ('toBuild' in planning) return planning.toBuild
  throw new Error(`nothing to build: ${JSON.stringify(planning, null, 2)}`)
}

/** `path: message` of each, with `→ suggestion` where there is one. */
export function told(mistakes: readonly Mistake[]): string[] {
  return mistakes.map(
    ({ path, message, suggestion }) => `${path}: ${message}${suggestion === undefined ? '' : ` → ${suggestion}`}`
  )
}

/** A definition whose last step is given; `fetch` runs before it, `later` after. */
export function around(step: object, more: object = {}): object {
  return {
    name: 'x',
    trigger: { type: 'http', auth: { type: 'token' } },
    steps: [
      { name: 'fetch', use: 'clock-read' },
      { name: 'pause', delay: '1s' },
      { name: 'it', ...step },
      { name: 'later', use: 'clock-read' }
    ],
    ...more
  }
}

export const send = (props: object, auth: object = { slack: { account: 'acme-bot' } }): object =>
  around({ use: 'slack-send-message', auth, props: { channel: '#a', text: 'b', ...props } })
export const call = (props: object, http: object): object => around({ use: 'http-request', auth: { http }, props })
export const TOKEN = '{{steps.fetch.$return_value.token}}'
