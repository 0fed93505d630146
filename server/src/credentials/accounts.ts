/**
 * Connected accounts: fixed credentials, sealed at rest under the master key, with app and name as associated data. A
 * value is opened at each use and kept in no field; an account that was changed counts from the next step on.
 */
import { Fault, type AppDefinition, type JsonObject } from '@bellhop/sdk'
import type { MasterKey, Sealer } from '../secrets/seal.ts'
import type { Command } from '../storage/command.ts'
import type { Reader } from '../storage/tx.ts'
import { query } from '../storage/query.ts'
import type { AccountReader } from './credentials.ts'
import { missingFields } from './fields.ts'

/** An account as lists show it: which fields it has, and the values of those that are not secret. */
export interface AccountView {
  app: string
  name: string
  fields: string[]
  created_at: string
  updated_at: string
}

const findAccount = query<{ app: string; name: string }>()((db, p) =>
  db.selectFrom('accounts').selectAll().where('app', '=', p.app).where('name', '=', p.name)
)
const allAccounts = query()((db) => db.selectFrom('accounts').selectAll().orderBy('app').orderBy('name'))

interface SavedAccount {
  app: string
  name: string
  sealed: Uint8Array
  now: number
}

const upsertAccount = query<SavedAccount>()((db, p) =>
  db
    .insertInto('accounts')
    .values({ app: p.app, name: p.name, sealed: p.sealed, created_at: p.now, updated_at: p.now })
    .onConflict((on) => on.columns(['app', 'name']).doUpdateSet({ sealed: p.sealed, updated_at: p.now }))
)
const deleteAccount = query<{ app: string; name: string }>()((db, p) =>
  db.deleteFrom('accounts').where('app', '=', p.app).where('name', '=', p.name)
)

const saveAccount: Command<SavedAccount, undefined> = async (tx, account) => {
  await tx.run(upsertAccount, account)
  return undefined
}
const removeAccount: Command<{ app: string; name: string }, boolean> = async (tx, account) =>
  (await tx.run(deleteAccount, account)).changes > 0

/** The writer's commands of this subject. */
export const accountCommands = { saveAccount, removeAccount }

/** What this subject needs of the storage. */
export interface AccountStorage {
  readonly reader: Reader
  write(name: 'saveAccount', account: SavedAccount): Promise<undefined>
  write(name: 'removeAccount', account: { app: string; name: string }): Promise<boolean>
}

export class Accounts implements AccountReader {
  readonly #storage: AccountStorage
  readonly #sealer: Sealer
  readonly #now: () => number

  constructor(storage: AccountStorage, master: MasterKey, now: () => number) {
    this.#storage = storage
    this.#sealer = master.sealer('account')
    this.#now = now
  }

  async read(app: string, name: string): Promise<Readonly<Record<string, string>>> {
    const row = await this.#storage.reader.get(findAccount, { app, name })
    if (row !== undefined) return this.#open(row)
    throw new Fault('account_missing', `there is no ${app} account \`${name}\``, {
      hint: `Connect it with \`bellhop accounts add ${app} ${name}\`.`
    })
  }

  /** Whether there is such an account, which a deploy asks without opening it. */
  async has(app: string, name: string): Promise<boolean> {
    return (await this.#storage.reader.get(findAccount, { app, name })) !== undefined
  }

  async list(): Promise<AccountView[]> {
    return (await this.#storage.reader.all(allAccounts)).map((row) => ({
      app: row.app,
      name: row.name,
      fields: Object.keys(this.#open(row)),
      created_at: new Date(row.created_at).toISOString(),
      updated_at: new Date(row.updated_at).toISOString()
    }))
  }

  /**
   * Adds an account or replaces its values.
   * @throws Fault `account_incomplete`, `account_field_unknown` (422), naming fields and never values
   */
  async save(app: AppDefinition, name: string, fields: JsonObject): Promise<void> {
    const values = checkedFields(app, fields)
    const sealed = this.#sealer.seal(idOf(app.app, name), JSON.stringify(values))
    await this.#storage.write('saveAccount', { app: app.app, name, sealed, now: this.#now() })
  }

  /** False when there was none. */
  async remove(app: string, name: string): Promise<boolean> {
    return this.#storage.write('removeAccount', { app, name })
  }

  #open({ app, name, sealed }: Pick<SavedAccount, 'app' | 'name' | 'sealed'>): Record<string, string> {
    return JSON.parse(this.#sealer.open(idOf(app, name), sealed)) as Record<string, string>
  }
}

function idOf(app: string, name: string): string {
  return `${app}/${name}`
}

/**
 * The fields that are given, where they are the app's and all that it needs.
 * @throws Fault `account_incomplete`, `account_field_unknown` (422)
 */
export function checkedFields(app: AppDefinition, fields: JsonObject): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [field, value] of Object.entries(fields)) {
    if (!Object.hasOwn(app.auth.fields, field)) {
      throw new Fault('account_field_unknown', `${app.name} has no credential field \`${field}\``, {
        status: 422,
        hint: `Its fields: ${Object.keys(app.auth.fields).join(', ')}.`
      })
    }
    if (typeof value === 'string' && value !== '') values[field] = value
  }
  const missing = missingFields(app, values)
  if (missing.length === 0) return values
  throw new Fault('account_incomplete', `${app.name} also needs ${missing.join(', ')}`, {
    status: 422,
    hint: `Give a text for each of them.`
  })
}
