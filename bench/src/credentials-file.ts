/** A SQLite file with a credential for each customer, as a store of the server's: the cheapest to ask. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Service } from './service.ts'
import type { Stage } from './stage.ts'

const NAME = 'customers'

/** As long as what callers send. */
const TOKEN = `'xoxb-' || printf('%012d', i) || '-0123456789012-' || lower(hex(randomblob(12)))`

/** Makes the file with the customers 0, 1, … and one more by the name of `more`. Returns its path. */
export function makeCredentials(stage: Stage, customers: number, more = 'nobody'): string {
  const path = join(stage.directory, `credentials-${customers}.db`)
  const db = new DatabaseSync(path)
  db.exec(`
    create table credentials (customer text primary key, token text not null);
    insert into credentials
      with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < ${customers})
      select cast(i as text), ${TOKEN} from n;
    insert into credentials select '${more}', ${TOKEN} from (select ${customers} as i)`)
  db.close()
  return path
}

/** Adds the file as a store, whose readings are good until the benchmark is over. */
export async function addCredentials(server: Service, data: string, path: string): Promise<void> {
  const query = 'select token from credentials where customer = $1'
  const response = await fetch(`${server.url}/api/v1/stores/${NAME}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${readFileSync(join(data, 'admin-token'), 'utf8').trim()}`,
      'content-type': 'application/json'
    },
    body: JSON.stringify({ kind: 'sqlite', config: { path, query, ttl: '1d' } })
  })
  if (!response.ok) throw new Error(`adding a store: ${response.status} ${await response.text()}`)
}

/** A binding that looks a customer up. */
export function fromStore(key: string): object {
  return { store: { from: NAME, key, fields: { bearer_token: 'token' } } }
}
