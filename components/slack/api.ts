import type { BoundAppOf, Dollar, FetchInit, JsonObject } from '@bellhop/sdk'
import { isObject, readRefusal, retryAfterMs } from '../vendor/refusal.ts'
import { kindOfStatus, rejection } from '../vendor/rejection.ts'
import type { slack as app } from './app.ts'
import { slackSays } from './errors.ts'

/**
 * Calls a method of Slack's Web API. Slack answers 200 even when it refuses; what counts is `ok` in the body.
 * @param init `query` for methods that read, `body` for methods that write
 * @throws Fault that says what Slack's answer means
 */
export async function callSlack(
  slack: BoundAppOf<typeof app>,
  $: Dollar,
  method: string,
  init: FetchInit
): Promise<JsonObject> {
  const answer = await $.fetch(`${slack.$baseUrl}/${method}`, {
    ...init,
    headers: { authorization: `Bearer ${slack.$auth.oauth_access_token}`, ...init.headers }
  })
  const body = answer.ok ? await answer.json() : await readRefusal(answer)
  if (isObject(body) && body['ok'] === true) return body
  const wait = retryAfterMs(answer, Date.now())
  if (isObject(body) && typeof body['error'] === 'string') throw slackSays(body['error'], body, wait)
  throw rejection({
    kind: answer.ok ? 'outage' : kindOfStatus(answer.status),
    vendor: 'Slack',
    said: `HTTP ${answer.status}`,
    means: 'the answer is not one of Slack’s API',
    hint: 'Check that the base URL is that of Slack’s Web API, and that nothing between here and Slack answers instead.',
    status: answer.status,
    retryAfterMs: wait
  })
}
