/**
 * Nango as a store: the credential of one connection, which Nango renews. A lookup is the connection's id, with
 * `integration` (Nango's `provider_config_key`).
 */
import type { JsonObject } from '@bellhop/sdk'
import { asObject } from '../../../workflow/mistakes.ts'
import { checksOf, tlsSays } from '../checks.ts'
import { badAnswer, badInput, denied } from '../faults.ts'
import { segmentsInput, textInput } from '../inputs.ts'
import {
  defineStore,
  type Asking,
  type Check,
  type Lookup,
  type Operated,
  type OperationAsking,
  type Reading,
  type Store
} from '../store.ts'
import { NangoClient, type Answer, type Question } from './client.ts'
import { config, type NangoConfig } from './config.ts'
import { credentialsIn, isWithoutCredentials, readingOf } from './connection.ts'
import { codeOf, refusal } from './refusal.ts'

export const nango = defineStore<NangoConfig>({
  kind: 'nango',
  title: 'Nango',
  lookup: 'connection',
  options: ['integration'],
  config,
  show: ({ host }) => ({ host }),
  secrets: ({ api_key }) => [api_key],
  open: (configuration, environment) => new NangoStore(configuration, () => environment.now())
})

class NangoStore implements Store {
  readonly operations = {
    get_connection: {
      run: (input: JsonObject, asking: OperationAsking): Promise<Operated> => getConnection(input, asking)
    }
  }
  readonly #config: () => NangoConfig
  readonly #client: NangoClient
  readonly #now: () => number

  constructor(configuration: () => NangoConfig, now: () => number) {
    this.#config = configuration
    this.#client = new NangoClient(configuration, now)
    this.#now = now
  }

  async read(lookup: Lookup, { signal, refused }: Asking): Promise<Reading> {
    // A forced renewal that fails makes Nango refuse plain reads for 30 s: only a vendor's 401 is worth that.
    const question = { ...questionOf(lookup), ...(refused ? { ask: 'force_refresh' as const } : {}) }
    const connection = await this.#connection(question, signal)
    return { ...readingOf(connection, this.#now()), answer: connection }
  }

  async #connection(question: Question, signal: AbortSignal): Promise<JsonObject> {
    const connection = connectionIn(await this.#client.ask(question, signal))
    if (isWithoutCredentials(connection)) await this.#ensureScope(question, signal)
    return connection
  }

  /**
   * A connection that has no credentials and one whose credentials this key may not see are answered alike. Only with
   * the latter is the refresh token refused.
   */
  async #ensureScope({ id, integration }: Question, signal: AbortSignal): Promise<void> {
    const answer = await this.#client.ask({ id, integration, ask: 'refresh_token' }, signal)
    if (answer.status !== 403) return void connectionIn(answer)
    throw denied(
      'keeps the credential to itself: the API key may read connections, and not what is secret in them',
      'Give the key the scope `environment:connections:read_credentials` in Nango.'
    )
  }

  test(lookup: Lookup | undefined, signal: AbortSignal): Promise<Check[]> {
    const { host } = this.#config()
    const says = {
      address: `Nango answers at ${host}`,
      tls: tlsSays(host),
      authentication: 'the API key is accepted',
      ...(lookup === undefined
        ? {}
        : { permission: 'the API key may read it', path: 'the connection has a credential' })
    }
    return checksOf(says, async () => {
      if (lookup === undefined) return this.#probe(signal)
      return readingOf(await this.#connection(questionOf(lookup), signal), this.#now())
    })
  }

  /** Asks for what cannot be there: a key that is accepted is told so. */
  async #probe(signal: AbortSignal): Promise<void> {
    const answer = await this.#client.ask({ id: 'bellhop-stores-test', integration: 'bellhop-stores-test' }, signal)
    if (!['unknown_provider_config', 'not_found'].includes(codeOf(answer.body))) connectionIn(answer)
  }

  close(): Promise<void> {
    return this.#client.close()
  }
}

/**
 * The connection as Nango answers it; all that may hold a credential in it is secret. Through the cache, for Nango counts
 * requests.
 */
async function getConnection(input: JsonObject, asking: OperationAsking): Promise<Operated> {
  const path = segmentsInput(input, 'connection')
  const { answer = {} } = await asking.read({ path, integration: textInput(input, 'integration') })
  return { value: answer, secrets: credentialsIn(answer) }
}

function questionOf({ path, integration }: Lookup): Question {
  if (integration === undefined)
    throw badInput('integration', 'is missing: it says which of Nango’s integrations is meant')
  return { id: path.join('/'), integration }
}

/** @throws Fault as `refusal` */
function connectionIn(answer: Answer): JsonObject {
  if (answer.status !== 200) throw refusal(answer)
  const connection = asObject(answer.body) as JsonObject | undefined
  if (connection !== undefined && asObject(connection['credentials']) !== undefined) return connection
  throw badAnswer('answers 200 without a connection', 'Check that its `host` is that of Nango’s API.')
}
