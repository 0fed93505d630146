/** The engine's commands, and what its tests need besides. */
import type { Command } from '../../../storage/command.ts'
import { query } from '../../../storage/query.ts'
import { engineCommands } from '../commands.ts'

const TABLES = [
  ...(['runs', 'unfinished', 'events', 'steps', 'attempts', 'waits', 'resumptions', 'idempotency'] as const),
  ...(['schedules', 'ticks'] as const)
]
const empty = TABLES.map((table) => query()((db) => db.deleteFrom(table)))

const wipe: Command<object, void> = (tx) => {
  for (const each of empty) tx.run(each)
}

export const commands = { ...engineCommands, wipe }
export type TestCommands = typeof commands
