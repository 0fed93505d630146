/**
 * Group commit: many commands, one transaction, one fsync. Each command stands in a savepoint of its own, so that one
 * that fails takes back its own changes and no other's.
 */
import type { StatementSync } from 'node:sqlite'
import { type Command, type Commands, isFreeing } from '../command.ts'
import type { Connection } from './connection.ts'
import { failureOf, storageFull, type Failure } from './failures.ts'
import { toWire } from './protocol.ts'

/** How a group ended. Only `committed` may be told to anyone (I2). */
export type GroupEnd =
  | { how: 'committed'; results: unknown[]; failed: number[] | undefined }
  | { how: Exclude<Failure, 'command'>; error: unknown }

/** Which commands of a group are carried out: on a full disk only those that make room. */
export type Admission = 'all' | 'freeing'

export class Group {
  readonly #connection: Connection
  readonly #commands: ReadonlyMap<string, Command<never, unknown>>
  readonly #freeBytes: () => number
  readonly #begin: StatementSync
  readonly #savepoint: StatementSync
  readonly #release: StatementSync
  readonly #commit: () => void

  constructor(connection: Connection, commands: Commands, freeBytes: () => number, commit?: () => void) {
    const { db } = connection
    this.#connection = connection
    this.#commands = new Map(Object.entries(commands))
    this.#freeBytes = freeBytes
    this.#begin = db.prepare('begin immediate')
    this.#savepoint = db.prepare('savepoint command')
    this.#release = db.prepare('release command')
    const statement = db.prepare('commit')
    this.#commit = commit ?? (() => void statement.run())
  }

  /** @param batch name, arguments, name, arguments, … */
  async run(batch: readonly unknown[], admission: Admission): Promise<GroupEnd> {
    const results: unknown[] = []
    let failed: number[] | undefined
    try {
      this.#begin.run()
      for (let i = 0; i < batch.length; i += 2) {
        try {
          results.push(await this.#one(String(batch[i]), batch[i + 1], admission))
        } catch (error) {
          if (failureOf(error, this.#freeBytes) !== 'command') throw error
          failed ??= []
          failed.push(results.length)
          results.push(toWire(error))
        }
      }
      this.#commit()
      return { how: 'committed', results, failed }
    } catch (error) {
      return this.#abandoned(error)
    }
  }

  async #one(name: string, args: unknown, admission: Admission): Promise<unknown> {
    const command = this.#commands.get(name)
    if (command === undefined) throw new Error(`there is no command ${name}`)
    if (admission === 'freeing' && !isFreeing(command)) throw storageFull()
    this.#savepoint.run()
    try {
      // The sender's types tie the arguments to the name.
      const result = await command(this.#connection, args as never)
      this.#release.run()
      return result
    } catch (error) {
      // SQLite itself ends the transaction on some errors (a full disk); then there is nothing left to take back.
      if (this.#connection.db.isTransaction) this.#connection.db.exec('rollback to command; release command')
      throw error
    }
  }

  #abandoned(error: unknown): GroupEnd {
    const failure = failureOf(error, this.#freeBytes)
    try {
      if (this.#connection.db.isTransaction) this.#connection.db.exec('rollback')
    } catch (second) {
      return { how: 'broken', error: second }
    }
    // Neither BEGIN nor COMMIT is anybody's mistake: what they say for no known reason is not to be trusted.
    return { how: failure === 'command' ? 'broken' : failure, error }
  }
}
