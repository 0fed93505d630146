/**
 * How a store fails, in words of our own: what is wrong, where to look, and whether to try again. What is wrong is said
 * as a predicate (`is sealed`, `has no secret at customers/acme`): whoever knows the store's name puts that in front.
 */
import { Fault, type FaultOptions } from '@bellhop/sdk'

type More = Omit<FaultOptions, 'cause'>

/** Nobody answers there, or the connection broke: a name that does not resolve, a refused or reset connection. */
export function unreachable(what: string, hint: string): Fault {
  return new Fault('store_unreachable', what, { retryable: true, hint })
}

/** It did not answer in time. */
export function slow(timeoutMs: number): Fault {
  return new Fault('store_slow', `did not answer within ${timeoutMs} ms`, {
    retryable: true,
    hint: 'Look at the load of the store and the network between, or raise its `timeout`.'
  })
}

/** The certificate is not one that is trusted, or the connection is not TLS. */
export function tlsFailed(what: string, hint: string): Fault {
  return new Fault('store_tls', what, { hint })
}

/** It is there and cannot answer now: sealed, starting, in maintenance, overloaded. */
export function unavailable(what: string, hint: string, more: More = {}): Fault {
  return new Fault('store_unavailable', what, { retryable: true, hint, ...more })
}

/** It asks us to slow down. */
export function rateLimited(retryAfterMs: number | undefined): Fault {
  return new Fault('store_rate_limited', 'has had too many requests from here', {
    retryable: true,
    status: 429,
    hint: 'Raise the store’s `ttl` so that fewer reads reach it, or its limit there.',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs })
  })
}

/** The store's own credential was not accepted. */
export function unauthenticated(what: string, hint: string): Fault {
  return new Fault('store_unauthenticated', what, { hint })
}

/** The credential is good, and may not do this. */
export function denied(what: string, hint: string): Fault {
  return new Fault('store_denied', what, { hint })
}

/** There is no such path, name, row or connection. */
export function notThere(what: string, hint: string): Fault {
  return new Fault('store_path_missing', what, { hint })
}

/** It could not renew a credential that it keeps, and will be able to or not when it tries again. */
export function notRenewed(what: string, hint: string, more: More = {}): Fault {
  return new Fault('store_not_renewed', what, { retryable: true, hint, ...more })
}

/** The credential that it kept is no good any more, and only the one whose it is can give another. */
export function lapsed(what: string, hint: string): Fault {
  return new Fault('store_credential_lapsed', what, { hint })
}

/** What came back is not what this kind of store answers. */
export function badAnswer(what: string, hint: string): Fault {
  return new Fault('store_bad_answer', what, { hint })
}

/** An input of an operation that cannot be. `name` is the input's; its value is never said. */
export function badInput(name: string, problem: string): Fault {
  return new Fault('store_bad_input', `cannot be asked so: \`${name}\` ${problem}`, {
    hint: 'Correct it in the definition.'
  })
}
