import type { Fault, FetchAnswer, Json } from '@bellhop/sdk'
import { firstText, isObject, retryAfterMs } from '../vendor/refusal.ts'
import { kindOfStatus, quotable, rejection, type Rejection } from '../vendor/rejection.ts'

type Refused = Pick<FetchAnswer, 'status' | 'headers'>
type Reading = Pick<Rejection, 'kind' | 'means' | 'hint' | 'retryAfterMs'>

/**
 * The meaning of an answer that is not 2xx.
 * https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
export function githubSays(answer: Refused, body: Json, now: number): Fault {
  const said = (isObject(body) ? firstText(body['message']) : undefined) ?? `HTTP ${answer.status}`
  return rejection({ ...read(answer, body, said, now), vendor: 'GitHub', said, status: answer.status })
}

function read(answer: Refused, body: Json, said: string, now: number): Reading {
  switch (answer.status) {
    case 401:
      return {
        kind: 'credential',
        means: 'the caller’s credential is missing, wrong, expired or revoked',
        hint: 'Check that `oauth_access_token` is a whole token that has not expired, and send a fresh one.'
      }
    case 403:
    case 429:
      return rateLimited(answer, said, now) ?? forbidden(answer)
    case 404:
      return {
        kind: 'not_found',
        means: 'it does not exist, or this credential may not see it',
        hint: 'Check owner and name, that the token’s user can open it, and the token’s scopes (`repo` for private repositories).'
      }
    case 410:
      return {
        kind: 'not_found',
        means: 'it is gone or switched off',
        hint: 'Switch on issues in the repository’s settings.'
      }
    case 422:
      return { kind: 'request', means: invalid(body) }
    default:
      return otherwise(answer, now)
  }
}

/** A secondary limit names no time when it is not sure; GitHub then asks for a minute at least. */
const SECONDARY_LIMIT_MS = 60_000

/**
 * Both limits come as 403 or 429. `retry-after` goes before the reset time, as GitHub's page on rate limits says.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
function rateLimited(answer: Refused, said: string, now: number): Reading | undefined {
  const wait = retryAfterMs(answer, now)
  const spent = answer.headers['x-ratelimit-remaining'] === '0'
  if (wait === undefined && spent) {
    const reset = Number(answer.headers['x-ratelimit-reset'] ?? Number.NaN) * 1000
    return {
      kind: 'rate_limit',
      means: 'this token has used up its requests for the hour',
      ...(Number.isNaN(reset) ? {} : { retryAfterMs: Math.max(reset - now, 0) })
    }
  }
  if (wait === undefined && answer.status !== 429 && !/rate limit|abuse/i.test(said)) return undefined
  return {
    kind: 'rate_limit',
    means: 'requests come too fast, or make too much content',
    retryAfterMs: wait ?? SECONDARY_LIMIT_MS
  }
}

function forbidden(answer: Refused): Reading {
  const { headers } = answer
  if (headers['x-github-sso']?.startsWith('required') === true) {
    return {
      kind: 'permission',
      means: 'the organisation wants single sign-on for this token',
      hint: 'Authorise the token for the organisation in GitHub’s settings.'
    }
  }
  const needed = headers['x-accepted-github-permissions'] ?? headers['x-accepted-oauth-scopes'] ?? ''
  const has = headers['x-oauth-scopes']
  return {
    kind: 'permission',
    means: `this credential may not do that${needed === '' ? '' : ` (it takes ${quotable(needed)})`}`,
    hint: `Give the token what it lacks${has === undefined ? '' : `; it has the scopes ${quotable(has) || '(none)'}`}.`
  }
}

/** A few words for each field of a validation error. */
const FIELD_ERRORS: Readonly<Record<string, string>> = {
  missing: 'names something that does not exist',
  missing_field: 'is missing',
  invalid: 'is not valid',
  already_exists: 'exists already',
  unprocessable: 'can’t be processed'
}
const MOST_FIELDS = 5

function invalid(body: Json): string {
  const errors = isObject(body) && Array.isArray(body['errors']) ? body['errors'] : []
  const told = errors
    .slice(0, MOST_FIELDS)
    .map(fieldError)
    .filter((text) => text !== '')
  return told.length === 0 ? 'it can’t take the request as it is' : told.join('; ')
}

function fieldError(error: Json): string {
  if (typeof error === 'string') return quotable(error)
  if (!isObject(error)) return ''
  const code = firstText(error['code']) ?? ''
  const known = Object.hasOwn(FIELD_ERRORS, code) ? FIELD_ERRORS[code] : undefined
  const field = quotable(firstText(error['field'], error['resource']) ?? 'the request')
  return known === undefined ? quotable(firstText(error['message']) ?? `${field}: ${code}`) : `\`${field}\` ${known}`
}

function otherwise(answer: Refused, now: number): Reading {
  const kind = kindOfStatus(answer.status)
  const means = kind === 'outage' ? 'something failed at GitHub' : 'it refuses the request'
  return { kind, means, retryAfterMs: retryAfterMs(answer, now) }
}
