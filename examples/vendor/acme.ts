import type { Customers } from './customers.ts'
import { text, type JsonObject, type Reply, type Visit } from './visit.ts'

const COLLECTIONS = ['invoices', 'reminders', 'notes']
/** Records that one customer may have in one collection; the oldest goes first. */
const MAX_RECORDS = 1_000

/**
 * The API of Acme, an invented bookkeeping service: every customer has invoices, reminders and notes of their own.
 * `/v1/<collection>[/<id>]` in the usual REST manner, `/v1/whoami`, and two ways to a token for steps that fetch one:
 * `/v1/vault/<customer>` and `/oauth/token`.
 */
export class Acme {
  readonly #customers: Customers
  readonly #records = new Map<string, JsonObject[]>()
  #created = 0

  constructor(customers: Customers) {
    this.#customers = customers
  }

  handle(visit: Visit): Reply | undefined {
    const [, area, name, id] = /^\/(v1|oauth)\/([^/]+)(?:\/([^/]+))?$/.exec(visit.path) ?? []
    if (area === undefined || name === undefined) return undefined
    const { customer } = visit
    if (customer === undefined) return unauthorized(visit)
    if (area === 'oauth') return name === 'token' ? this.#newToken(customer) : undefined
    if (name === 'whoami') return { status: 200, body: { customer } }
    if (name === 'vault') return this.#vault(id ?? customer)
    if (!COLLECTIONS.includes(name)) return notFound('no such collection')
    return this.#serve(visit, this.#collection(customer, name), name, id)
  }

  #serve(visit: Visit, records: JsonObject[], collection: string, id: string | undefined): Reply {
    if (id === undefined && visit.method === 'POST') return this.#create(records, collection, visit.fields)
    if (id === undefined) return { status: 200, body: { [collection]: filtered(records, visit.query) } }
    const index = records.findIndex((record) => record['id'] === id)
    const record = records[index]
    if (record === undefined) return notFound(`no such record in ${collection}`)
    if (visit.method !== 'DELETE') return { status: 200, body: record }
    records.splice(index, 1)
    return { status: 204 }
  }

  #create(records: JsonObject[], collection: string, fields: JsonObject): Reply {
    const record = { id: `${collection.slice(0, 3)}_${++this.#created}`, ...fields }
    records.push(record)
    if (records.length > MAX_RECORDS) records.shift()
    return { status: 201, headers: { location: `/v1/${collection}/${record.id}` }, body: record }
  }

  #collection(customer: string, name: string): JsonObject[] {
    const key = `${customer} ${name}`
    const records = this.#records.get(key) ?? seeds(customer, name)
    this.#records.set(key, records)
    return records
  }

  #vault(customer: string): Reply {
    const token = this.#customers.tokenOf(customer)
    return token === undefined ? notFound('no such customer') : { status: 200, body: { customer, token } }
  }

  /** A second token for the customer who asks, as an OAuth server would answer (RFC 6749, section 5.1). */
  #newToken(customer: string): Reply {
    const token = `fresh-token-of-${customer}-${++this.#created}`
    this.#customers.admit(customer, token)
    const body = { access_token: token, token_type: 'bearer', expires_in: 3600 }
    return { status: 200, headers: { 'cache-control': 'no-store' }, body }
  }
}

/** Ada has something to be reminded of, nobody else has. */
function seeds(customer: string, collection: string): JsonObject[] {
  if (customer !== 'ada' || collection !== 'invoices') return []
  return [
    { id: 'inv_1', number: '2026-0041', status: 'overdue', amount: 120, currency: 'EUR' },
    { id: 'inv_2', number: '2026-0042', status: 'paid', amount: 80, currency: 'EUR' },
    { id: 'inv_3', number: '2026-0043', status: 'overdue', amount: 45, currency: 'EUR' }
  ]
}

/** Query parameters filter by field; those that steer the vendor start with an underscore. */
function filtered(records: readonly JsonObject[], query: URLSearchParams): JsonObject[] {
  const wanted = [...query].filter(([name]) => !name.startsWith('_') && name !== 'api_key')
  return records.filter((record) => wanted.every(([name, value]) => text(record[name]) === value))
}

function unauthorized(visit: Visit): Reply {
  const message = visit.token === undefined ? 'a customer’s token is required' : 'this token is nobody’s'
  return {
    status: 401,
    headers: { 'www-authenticate': 'Bearer realm="acme"' },
    body: { error: { code: 'unauthorized', message } }
  }
}

function notFound(message: string): Reply {
  return { status: 404, body: { error: { code: 'not_found', message } } }
}
