/**
 * Secrets of the environment, which definitions name among the variables that they declare. Each is sealed at rest under the master key, with its name, hosts and places as associated data; whoever keeps
 * it says where it may go, so that no definition can widen that (I6). Code and expressions see handles only.
 */
import { Fault, type Places } from '@bellhop/sdk'
import { MAX_SECRET_BYTES, type Audience } from '../secrets/keyring.ts'
import type { MasterKey, Sealer } from '../secrets/seal.ts'
import type { Reader } from '../storage/tx.ts'
import { readHost } from '../workflow/hosts.ts'
import { hostRule } from './audience.ts'
import { allSecrets, findSecret, type EnvSecretRow } from './environment-rows.ts'
import { ENVIRONMENT, type EnvironmentReader, type EnvSecret } from './variables.ts'

/** A secret as lists show it. */
export interface EnvSecretView {
  name: string
  hosts: string[]
  places: Places
  created_at: string
  updated_at: string
}

/** What is said of a secret; its value is apart. */
export interface EnvSecretTerms {
  /** `host` or `host:port`; with none it may go nowhere. */
  hosts: readonly string[]
  places: Places
}

export interface EnvironmentStorage {
  readonly reader: Reader
  write(name: 'saveEnvSecret', secret: EnvSecretRow & { now: number }): Promise<undefined>
  write(name: 'removeEnvSecret', secret: { name: string }): Promise<boolean>
}

export class Environment implements EnvironmentReader {
  readonly #storage: EnvironmentStorage
  readonly #sealer: Sealer
  readonly #now: () => number
  /** Each secret's last audience: what others derive from it stays. */
  readonly #audiences = new Map<string, { terms: string; audience: Audience | null }>()

  constructor(storage: EnvironmentStorage, master: MasterKey, now: () => number) {
    this.#storage = storage
    this.#sealer = master.sealer('environment')
    this.#now = now
  }

  async has(name: string): Promise<boolean> {
    return (await this.#storage.reader.get(findSecret, { name })) !== undefined
  }

  async list(): Promise<EnvSecretView[]> {
    return (await this.#storage.reader.all(allSecrets)).map((row) => ({
      name: row.name,
      hosts: JSON.parse(row.hosts) as string[],
      places: JSON.parse(row.places) as Places,
      created_at: new Date(row.created_at).toISOString(),
      updated_at: new Date(row.updated_at).toISOString()
    }))
  }

  /**
   * Adds a secret, or replaces value and terms.
   * @throws Fault `env_secret_unfit` (422)
   */
  async save(name: string, value: string, { hosts, places }: EnvSecretTerms): Promise<void> {
    if (value === '' || Buffer.byteLength(value) > MAX_SECRET_BYTES) {
      throw unfit('a secret has from 1 byte to 64 KiB', 'Give its value as one text.')
    }
    const row = { name, hosts: JSON.stringify(hosts.map(canonical)), places: JSON.stringify(lowered(places)) }
    const sealed = this.#sealer.seal(idOf(row), value)
    await this.#storage.write('saveEnvSecret', { ...row, sealed, now: this.#now() })
  }

  /** False when there was none. */
  async remove(name: string): Promise<boolean> {
    return this.#storage.write('removeEnvSecret', { name })
  }

  async read(name: string): Promise<EnvSecret> {
    const row = await this.#storage.reader.get(findSecret, { name })
    if (row !== undefined) return { value: this.#sealer.open(idOf(row), row.sealed), audience: this.#audience(row) }
    throw new Fault('env_secret_missing', `there is no secret \`${name}\` in the environment`, {
      hint: `Set it with \`bellhop env set ${name} --host api.example.com\`.`
    })
  }

  #audience({ name, hosts, places }: EnvSecretRow): Audience | null {
    const terms = `${hosts}\n${places}`
    const last = this.#audiences.get(name)
    if (last?.terms === terms) return last.audience
    const rules = (JSON.parse(hosts) as string[]).map(hostRule)
    const audience =
      rules.length === 0 ? null : { app: ENVIRONMENT, hosts: rules, places: JSON.parse(places) as Places }
    this.#audiences.set(name, { terms, audience })
    return audience
  }
}

/** A row whose terms were changed by hand does not open. */
function idOf({ name, hosts, places }: Omit<EnvSecretRow, 'sealed'>): string {
  return JSON.stringify([name, hosts, places])
}

function canonical(host: string): string {
  const read = readHost(host)
  if ('host' in read) return read.host
  throw unfit(read.problem.message, `Name exact hosts, such as ${read.problem.suggestion ?? 'api.example.com'}.`)
}

function lowered({ headers, query: parameters, body }: Places): Places {
  return {
    headers: typeof headers === 'boolean' ? headers : headers.map((name) => name.toLowerCase()),
    query: parameters,
    body
  }
}

function unfit(message: string, hint: string): Fault {
  return new Fault('env_secret_unfit', message, { status: 422, hint })
}
