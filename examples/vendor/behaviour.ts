import type { Call } from './calls.ts'
import { parseEchoes, type Echo } from './echo.ts'
import type { Json, Visit } from './visit.ts'

/** How the vendor misbehaves. Everything is optional, and what is absent is as usual. */
export interface Behaviour {
  /** Milliseconds before it does anything. */
  delayMs?: number
  /** Answers this instead of doing what was asked. */
  status?: number
  headers?: Record<string, string>
  body?: Json
  /** The body as text; say its `content-type` too, unless it is JSON's. */
  raw?: string
  /** Answers 307 to this URL, or `status` if that is given too. */
  redirect?: string
  /** Says the caller's token back. */
  echo?: readonly Echo[]
  /** Writes the body in pieces of so many bytes, each a chunk of its own. */
  pieces?: number
  gzip?: boolean
  /** Hangs up without an answer, before or after doing what was asked. */
  hangUp?: 'before' | 'after'
}

/** Which calls a behaviour is for. */
export interface Match {
  /** The exact path, or a pattern. */
  path?: string | RegExp
  customer?: string
  /** How often; without it until the rule is removed. */
  times?: number
}

/** A call held at the vendor: it has arrived, and nothing is done before it is released. */
export interface Held {
  /** Resolves with the first call that arrives. */
  arrived: Promise<Call>
  /** Lets every held call go on. */
  release(): void
}

interface Rule {
  match: Match
  left: number
  act(call: Call): Behaviour | Promise<Behaviour>
}

/** The behaviours that a test asked for. The first rule that matches a call decides it. */
export class Rules {
  #rules: Rule[] = []

  /** @returns the function that removes the rule */
  add(match: Match, behaviour: Behaviour): () => void {
    return this.#push(match, () => behaviour)
  }

  /** Holds matching calls, once unless `times` says more: order without sleeping. */
  hold(match: Match): Held {
    const arrival = Promise.withResolvers<Call>()
    const gate = Promise.withResolvers<undefined>()
    this.#push({ times: 1, ...match }, async (call) => {
      arrival.resolve(call)
      await gate.promise
      return {}
    })
    return { arrived: arrival.promise, release: () => gate.resolve(undefined) }
  }

  /** What is to happen to this call: a rule's behaviour, or what the request's own query asks for. */
  async of(visit: Visit, call: Call): Promise<Behaviour> {
    const rule = this.#rules.find((one) => one.left > 0 && matches(one.match, visit))
    if (rule === undefined) return fromQuery(visit.query)
    rule.left--
    if (rule.left === 0) this.#rules = this.#rules.filter((one) => one !== rule)
    return rule.act(call)
  }

  clear(): void {
    this.#rules = []
  }

  #push(match: Match, act: Rule['act']): () => void {
    const rule = { match, left: match.times ?? Infinity, act }
    this.#rules.push(rule)
    return () => {
      this.#rules = this.#rules.filter((one) => one !== rule)
    }
  }
}

function matches(match: Match, visit: Visit): boolean {
  if (match.customer !== undefined && match.customer !== visit.customer) return false
  if (match.path === undefined) return true
  return typeof match.path === 'string' ? match.path === visit.path : match.path.test(visit.path)
}

/** `?_delay=50&_status=503&_echo=body:hex&_pieces=3`: for callers in another process. */
function fromQuery(query: URLSearchParams): Behaviour {
  const behaviour: Behaviour = {}
  const number = (name: string): number | undefined => (query.has(name) ? Number(query.get(name)) : undefined)
  const [delayMs, status, pieces] = [number('_delay'), number('_status'), number('_pieces')]
  const [redirect, echo, retryAfter] = [query.get('_redirect'), query.get('_echo'), query.get('_retry_after')]
  if (delayMs !== undefined) behaviour.delayMs = Math.min(delayMs, 60_000)
  if (status !== undefined && status >= 200 && status <= 599) behaviour.status = status
  if (pieces !== undefined && pieces >= 1) behaviour.pieces = pieces
  if (redirect !== null) behaviour.redirect = redirect
  if (echo !== null) behaviour.echo = parseEchoes(echo)
  if (retryAfter !== null) behaviour.headers = { 'retry-after': retryAfter }
  if (query.has('_gzip')) behaviour.gzip = true
  const hangUp = query.get('_hang_up')
  if (hangUp === 'before' || hangUp === 'after') behaviour.hangUp = hangUp
  return behaviour
}
