/** The part of the load that nobody asks for: a schedule that fires every second, with the credential of an account. */
import { randomBytes } from 'node:crypto'
import type { Stage } from '../stage.ts'
import { TOKEN_MARK } from './marks.ts'

/** The workflow's name, and the vendor's customer whose token its runs carry. */
export const CLOCK = 'clock'
/** Milliseconds from one tick to the next. */
export const PERIOD_MS = 1_000

export async function startClock(stage: Stage): Promise<void> {
  const token = `${TOKEN_MARK}${randomBytes(12).toString('hex')}`
  stage.vendor.admit(CLOCK, token)
  await asked(stage, 'PUT', `/accounts/http/${CLOCK}`, { fields: { bearer_token: token } })
  await asked(stage, 'PUT', `/workflows/${CLOCK}`, {
    name: CLOCK,
    trigger: { type: 'schedule', every: `${PERIOD_MS}ms` },
    steps: ['a', 'b'].map((name) => ({
      name,
      use: 'http-request',
      auth: { http: { account: CLOCK } },
      props: {
        method: 'POST',
        url: `${stage.vendor.url}/v1/invoices`,
        headers: { 'x-run-id': '{{steps.trigger.context.id}}', 'x-step': name },
        body: { text: '{{steps.trigger.event.timestamp}}' }
      }
    })),
    settings: {
      retry: { attempts: 40, backoff: '20ms', max_backoff: '200ms' },
      retention: { max_age: '30d', max_events: 10_000_000 }
    }
  })
}

/** Resolves when no more ticks come. */
export async function stopClock(stage: Stage): Promise<void> {
  await asked(stage, 'PATCH', `/workflows/${CLOCK}`, { enabled: false })
}

async function asked({ server }: Stage, method: string, path: string, body: object): Promise<void> {
  const answer = await server.api(method, path, body)
  if (answer.status > 299) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
}
