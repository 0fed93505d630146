/** Workflows whose one step is code, and their counterparts of steps that run in the server's process. */
import { KEEP_ALL, type Definition } from './bellhop.ts'
import { VENDOR_PATH } from './payload.ts'

const TRIGGER = { type: 'http', respond: 'last_step', allow_anonymous: true }

const SMALL = {
  name: 'small',
  code: 'export default ({ steps }) => ({ channel: steps.trigger.event.body.channel })'
}

/** Answers a small value. */
export function smallCode(name: string): Definition {
  return { name, trigger: TRIGGER, steps: [SMALL], settings: { retention: KEEP_ALL } }
}

/**
 * Ends before its code, by a step in the server's process: no action there answers without calling anybody, and this is
 * the least that a step costs.
 */
export function smallInProcess(name: string): Definition {
  const end = { name: 'end', end_if: { value: '{{steps.trigger.event.body.channel}}', is: 'not_empty' } }
  return { name, trigger: TRIGGER, steps: [end, SMALL], settings: { retention: KEEP_ALL } }
}

/** The call that `http-request` makes for {@link oneCall}, by `fetch`, with the credential as a handle. */
export function fetchingCode(name: string, vendor: string): Definition {
  const { host } = new URL(vendor)
  const code = `export default defineComponent({
    props: { notes: { type: 'app', app: 'notes' } },
    async run({ steps }) {
      const { channel, text } = steps.trigger.event.body
      const answer = await fetch('${vendor}${VENDOR_PATH}', {
        method: 'POST',
        headers: { authorization: 'Bearer ' + this.notes.$auth.token, 'content-type': 'application/json' },
        body: JSON.stringify({ channel, text })
      })
      if (!answer.ok) throw new Error('answered ' + answer.status)
      return answer.json()
    }
  })`
  const binding = { runtime: { token: '{{steps.trigger.event.body.token}}' }, hosts: [host] }
  return {
    name,
    trigger: TRIGGER,
    steps: [{ name: 'note', code, auth: { notes: binding } }],
    settings: { retention: KEEP_ALL, egress: [host] }
  }
}
