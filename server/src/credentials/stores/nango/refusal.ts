/**
 * What Nango means when it says no. Its messages are never passed on: with one exception they are not read either, for its
 * two answers of 424 differ in nothing else.
 */
import type { Fault, Json } from '@bellhop/sdk'
import { asObject } from '../../../workflow/mistakes.ts'
import {
  badAnswer,
  badInput,
  lapsed,
  notRenewed,
  notThere,
  rateLimited,
  unauthenticated,
  unavailable
} from '../faults.ts'
import type { Answer } from './client.ts'

/** For so long after a failed renewal Nango does not try again, and refuses plain reads. */
const COOLDOWN_MS = 30_000
/** Nango rounds the rest of its minute down. */
const LEAST_WAIT_MS = 1_000

const AGAIN =
  'user has to connect again: https://nango.dev/docs/guides/auth/auth-guide#re-authorize-an-existing-connection'
export const RECONNECT = `The ${AGAIN}`

/** The code of one of Nango's errors: `{ error: { code, message } }`. */
export function codeOf(body: Json | undefined): string {
  const code = asObject(asObject(body)?.['error'])?.['code']
  return typeof code === 'string' ? code : ''
}

/** The Fault for an answer that is not a connection. */
export function refusal(answer: Answer): Fault {
  const code = codeOf(answer.body)
  if (code === 'invalid_credentials' || answer.status === 424) return renewalFailed(answer)
  const known = BY_CODE[code]
  return known === undefined ? byStatus(answer) : known()
}

const BY_CODE: Readonly<Record<string, () => Fault>> = {
  unknown_provider_config: () =>
    notThere(
      'has no such integration in this environment',
      'Check `integration`: it is the integration’s id in Nango. The API key decides which environment is asked.'
    ),
  not_found: noConnection,
  unknown_connection: noConnection,
  invalid_uri_params: () => badInput('connection', 'has characters that no id of a connection has in Nango'),
  invalid_query_params: () => badInput('integration', 'has characters that no id of an integration has in Nango')
}

function noConnection(): Fault {
  return notThere(
    'has no such connection of this integration',
    'Check the connection’s id, and that it belongs to the environment of the API key.'
  )
}

function byStatus({ status, retryAfterMs }: Answer): Fault {
  if (status === 401) {
    return unauthenticated(
      'does not accept the API key',
      'Take the key from the environment’s settings in Nango, and give it to the store as `api_key`.'
    )
  }
  if (status === 403) {
    return unauthenticated(
      'does not let the API key read connections',
      'Give the key the scope `environment:connections:read_credentials` in Nango.'
    )
  }
  if (status === 429) return rateLimited(Math.max(retryAfterMs ?? 0, LEAST_WAIT_MS))
  if (status >= 500) {
    const more = { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
    return unavailable(`answers ${status}`, 'Look at Nango’s logs, or at https://status.nango.dev.', more)
  }
  if (status >= 300 && status < 400) {
    return badAnswer(
      'answers with a redirect, which no credential follows',
      'Give the store the address itself as `host`.'
    )
  }
  return badAnswer(`answers ${status} in a way that Nango does not`, 'Check that its `host` is that of Nango’s API.')
}

/** The credential could not be renewed or tested: now, or for good. */
function renewalFailed({ status, body }: Answer): Fault {
  const said = asObject(asObject(body)?.['error'])?.['message']
  const message = typeof said === 'string' ? said : ''
  if (/refresh limit|exhausted/i.test(message)) {
    return lapsed('has given up renewing this connection’s credential', RECONNECT)
  }
  if (/found to be invalid/i.test(message)) {
    return lapsed('found this connection’s credential to be invalid', RECONNECT)
  }
  const what = /backing off/i.test(message)
    ? 'could not renew this connection’s credential a moment ago, and does not try again yet'
    : 'could not renew this connection’s credential'
  return notRenewed(what, `Try again in 30 s. If that goes on, the ${AGAIN}`, { status, retryAfterMs: COOLDOWN_MS })
}
