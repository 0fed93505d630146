import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { patienceFor, type Source, type StoreSettings } from '../source.ts'

/** The statement that looks a key up, and what a step asks. */
export const LOOK_UP = 'select token, note from customers where id = $1'

/** @param folder where the files are */
export function sqliteSource(folder: string): Source {
  const [file, busy] = [join(folder, 'customers.db'), join(folder, 'busy.db')]
  const database = openDatabase(file)
  const locked = openDatabase(busy)
  locked.exec('begin exclusive')
  const at = (name: string, path: string, query = LOOK_UP): StoreSettings => ({
    name,
    kind: 'sqlite',
    config: { path, query, timeout: patienceFor(name) }
  })
  return {
    well: at('sqlite', file),
    troubled: [
      at('sqlite-busy', busy),
      at('sqlite-absent', join(folder, 'absent.db')),
      at('sqlite-wrong', file, 'select token from clients where id = $1'),
      // SQLite's message quotes what it could not read.
      at('sqlite-quotes', file, 'select json(token) as token, note from customers where id = $1'),
      at('sqlite-fails', file, "select json_extract('{}', '$.' || token || '[') as token from customers where id = $1")
    ],
    secrets: [],
    keep({ key, value, fields: { note = null } }) {
      database.prepare('insert into customers values (?, ?, ?)').run(key, value, typeof note === 'string' ? note : null)
    },
    close() {
      database.close()
      locked.close()
      return Promise.resolve()
    }
  }
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec('create table customers (id text primary key, token text, note text)')
  return database
}
