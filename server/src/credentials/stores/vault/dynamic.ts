/**
 * Secrets that Vault makes when it is asked: read under the run's own token, so that they go back with it.
 *
 * Who owns what: the row of the holding has the token and its leases. What several lanes of a run were given at once is
 * added to it one after the other (`#turns`).
 */
import type { Fault } from '@bellhop/sdk'
import { denied, notThere } from '../faults.ts'
import type { Asking, Reading } from '../store.ts'
import { dataOf, forbidden, isAboutPolicy, notVault, objectOf, says } from './answers.ts'
import type { VaultClient } from './client.ts'
import type { VaultAnswer } from './connection.ts'
import { heldOf, readHeld, type Lease, type RunToken } from './held.ts'
import { isDead } from './login.ts'
import { encoded, shown, type Segments } from './path.ts'
import { extend, makeRunToken } from './run-token.ts'

/** How engines say that there is no such role, with status 400. */
const NO_ROLE = /^(unknown role|role .* not found$|role .* could not be found$)/i
/** More than this is no use of credentials but a mistake, and each has to be renewed. */
const MOST_LEASES = 1_000

export class DynamicSecrets {
  readonly #client: VaultClient
  readonly #now: () => number
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(client: VaultClient, now: () => number) {
    this.#client = client
    this.#now = now
  }

  /**
   * Has a secret made for the run.
   * @throws Fault `store_denied`, `store_path_missing`, `nostore_cannot_lease`, and what a request throws
   */
  async read(path: Segments, { holding, signal }: Pick<Asking, 'holding' | 'signal'>): Promise<Reading> {
    const first = await this.#token(holding, signal)
    let held = first
    let answer = await this.#ask(held, path, signal)
    if (answer.status === 403 && (await this.#isGone(held, answer, signal))) {
      held = await this.#inTurn(first.token, () => this.#another(first.token, holding, signal))
      answer = await this.#ask(held, path, signal)
    }
    if (answer.status !== 200) throw await this.#whyNot(answer, path, signal)
    const reading = this.#readingOf(answer)
    const lease = leaseOf(answer, this.#now())
    if (lease !== undefined) await this.#inTurn(held.token, () => this.#note(lease, { holding, signal }))
    return reading
  }

  async #token(holding: Asking['holding'], signal: AbortSignal): Promise<RunToken> {
    return readHeld(await holding.open(() => makeRunToken(this.#client, signal, this.#now)))
  }

  #ask({ token }: RunToken, path: Segments, signal: AbortSignal): Promise<VaultAnswer> {
    return this.#client.as(token, { method: 'GET', path: encoded(path) }, signal)
  }

  async #isGone({ token }: RunToken, answer: VaultAnswer, signal: AbortSignal): Promise<boolean> {
    return !isAboutPolicy(answer) && (await isDead(this.#client.connection, token, signal))
  }

  /** A token in place of the run's, which has died; written down before it is used. */
  async #another(dead: string, holding: Asking['holding'], signal: AbortSignal): Promise<RunToken> {
    const current = await this.#token(holding, signal)
    if (current.token !== dead) return current
    const held = await makeRunToken(this.#client, signal, this.#now)
    await holding.update(held)
    return readHeld(held.text)
  }

  /** Writes a lease down, and makes the token live as long as it does. */
  async #note(lease: Lease, { holding, signal }: Pick<Asking, 'holding' | 'signal'>): Promise<void> {
    const held = await this.#token(holding, signal)
    const now = this.#now()
    const leases = [...held.leases.filter(({ until }) => until > now), lease]
    if (leases.length > MOST_LEASES) {
      throw denied(
        `has made more than ${MOST_LEASES} secrets for one run`,
        'Read what the items of a run share once, in a step before them.'
      )
    }
    const extended = await extend(this.#client, held, leases, { signal, now })
    const { endsAt } = await this.#client.session(signal)
    await holding.update(heldOf(extended, undefined, held.parent === undefined ? endsAt : undefined))
  }

  /** One after the other for one token. */
  #inTurn<T>(token: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.#turns.get(token) ?? Promise.resolve()).then(work, work)
    const over = mine.then(
      () => undefined,
      () => undefined
    )
    this.#turns.set(token, over)
    void over.then(() => this.#turns.get(token) === over && this.#turns.delete(token))
    return mine
  }

  #readingOf(answer: VaultAnswer): Reading {
    const fields = dataOf(answer)
    if (fields === undefined) throw notVault()
    const seconds = secondsOf(answer) ?? rotatedIn(fields)
    return { fields, ...(seconds === undefined ? {} : { expiresAt: this.#now() + seconds * 1000 }) }
  }

  async #whyNot(answer: VaultAnswer, path: Segments, signal: AbortSignal): Promise<Fault> {
    const what = shown(path)
    if (answer.status === 403) {
      return forbidden(`may not read ${what}: its policy does not let it`, encoded(path), 'read')
    }
    if (answer.status === 404 || says(answer, NO_ROLE)) {
      return notThere(
        `has nothing that makes a secret at ${what}`,
        `Check the role at the end of the path: \`vault list\` names those that there are.`
      )
    }
    return this.#client.fault(answer, `to make a secret at ${what}`, signal)
  }
}

function secondsOf({ body }: VaultAnswer): number | undefined {
  const seconds = body?.['lease_duration']
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined
}

/** Static roles of the database engine have no lease: they say when their password changes next. */
function rotatedIn(fields: Reading['fields']): number | undefined {
  const { ttl, last_vault_rotation: rotated } = objectOf(fields) ?? {}
  return typeof ttl === 'number' && typeof rotated === 'string' ? ttl : undefined
}

/** Undefined where there is nothing to be renewed: what has no lease lives as long as it lives. */
function leaseOf(answer: VaultAnswer, now: number): Lease | undefined {
  const id = answer.body?.['lease_id']
  const seconds = secondsOf(answer)
  if (typeof id !== 'string' || id === '' || seconds === undefined) return undefined
  const renewable = answer.body?.['renewable'] === true
  return { id, until: now + seconds * 1000, ttlMs: renewable ? seconds * 1000 : 0, last: !renewable }
}
