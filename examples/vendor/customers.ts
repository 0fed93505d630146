import type { Visit } from './visit.ts'

/** The tokens that the demo's `curl` commands carry. */
export const DEMO_TOKENS: Readonly<Record<string, string>> = {
  ada: 'demo-token-of-ada-5f1c9e72b8',
  grace: 'demo-token-of-grace-c07d44a1e6'
}

/** Who may come in: every customer has a token of their own. Tokens are looked up, and never written anywhere. */
export class Customers {
  readonly #names = new Map<string, string>()
  readonly #anyone: boolean

  /** @param anyone lets every token in, as a customer called `anyone` */
  constructor(tokens: Readonly<Record<string, string>>, anyone: boolean) {
    this.#anyone = anyone
    for (const [name, token] of Object.entries(tokens)) this.admit(name, token)
  }

  admit(name: string, token: string): void {
    this.#names.set(token, name)
  }

  tokenOf(name: string): string | undefined {
    for (const [token, owner] of this.#names) if (owner === name) return token
    return undefined
  }

  /** Whose token the visit carries, in any of the places where APIs take one. */
  identify(visit: Omit<Visit, 'customer' | 'token'>): { customer: string | undefined; token: string | undefined } {
    let stray: string | undefined
    for (const token of credentials(visit)) {
      const customer = this.#names.get(token) ?? (this.#anyone ? 'anyone' : undefined)
      if (customer !== undefined) return { customer, token }
      stray ??= token
    }
    return { customer: undefined, token: stray }
  }
}

function* credentials(visit: Omit<Visit, 'customer' | 'token'>): Generator<string> {
  const { headers, query, fields } = visit
  const [, scheme, value] = /^(\w+) +(.*)$/.exec(headers.authorization ?? '') ?? []
  if (value !== undefined && /^(bearer|token)$/i.test(scheme ?? '')) yield value
  if (value !== undefined && scheme?.toLowerCase() === 'basic') yield* basic(value)
  const candidates = [headers['x-api-key'], headers['x-acme-token'], query.get('api_key'), fields['token']]
  for (const candidate of candidates) if (typeof candidate === 'string' && candidate !== '') yield candidate
}

/** The token may be the password, or the user name as some APIs want it. */
function* basic(pair: string): Generator<string> {
  const text = Buffer.from(pair, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon === -1) return
  yield text.slice(colon + 1)
  yield text.slice(0, colon)
}
