/**
 * `this.<data store>`: values that outlive the run. They hold no secret: what the keyring knows becomes a handle, in
 * whatever form it stands there, and data stores refuse handles (rule 3 of handles, I1).
 */
import { Fault, type Json } from '@bellhop/sdk'
import { z } from 'zod'
import { MAX_KEY, MAX_VALUE, type DataEntry, type DataStoreId } from '../../data/data-stores.ts'
import { handlePattern, HANDLE_PREFIX, originOfHandle } from '../../secrets/handle.ts'
import { json } from './json.ts'
import type { Site } from './site.ts'

const MAX_TTL_SECONDS = 10 * 366 * 86_400

const store = z.string().max(256)
const key = z.union([z.string(), z.number()]).transform(String).pipe(z.string().min(1).max(MAX_KEY))
const ttl = z.number().positive().max(MAX_TTL_SECONDS)

const inStore = z.object({ store })
const atKey = z.object({ store, key })
const setting = z.object({ store, key, value: json, ttl: ttl.nullable().optional() })
const lasting = z.object({ store, key, ttl: ttl.nullable() })
const paging = z.object({ store, after: z.string().max(MAX_KEY).optional(), values: z.boolean().default(true) })

type AtKey = z.output<typeof atKey>

/** `store` is the name of the prop. @throws Fault `data_*`, `nostore_no_data` */
export const data = {
  get: {
    input: atKey,
    async run(site: Site, { store, key }: AtKey): Promise<Json> {
      const entry = await site.data.stores.get(storeOf(site, store).name, key)
      return entry === undefined ? {} : { value: site.data.keyring.scrub(entry.value) }
    }
  },
  has: {
    input: atKey,
    run: async (site: Site, { store, key }: AtKey): Promise<boolean> =>
      (await site.data.stores.get(storeOf(site, store).name, key)) !== undefined
  },
  size: {
    input: inStore,
    run: (site: Site, { store }: z.output<typeof inStore>): Promise<number> =>
      site.data.stores.size(storeOf(site, store).name)
  },
  /** Some keys in their order, with their values unless `values: false`; `next` is what to go on `after`. */
  page: {
    input: paging,
    async run(site: Site, { store, after, values }: z.output<typeof paging>): Promise<Json> {
      const { entries, next } = await site.data.stores.page(storeOf(site, store).name, after)
      const shown = entries.map(({ key, value }: DataEntry) => (values ? [key, value] : key))
      return { entries: site.data.keyring.scrub(shown), ...(next === undefined ? {} : { next }) }
    }
  },
  set: {
    input: setting,
    async run(site: Site, { store, key, value, ttl = null }: z.output<typeof setting>): Promise<undefined> {
      const id = writable(site, store)
      await site.data.stores.set(id, key, textOf(site, key, value), milliseconds(ttl), site.data.writing)
    }
  },
  ttl: {
    input: lasting,
    run: (site: Site, { store, key, ttl }: z.output<typeof lasting>): Promise<boolean> =>
      site.data.stores.setTtl(writable(site, store).name, key, milliseconds(ttl))
  },
  delete: {
    input: atKey,
    run: (site: Site, { store, key }: AtKey): Promise<boolean> =>
      site.data.stores.delete(writable(site, store).name, key)
  },
  clear: {
    input: inStore,
    async run(site: Site, { store }: z.output<typeof inStore>): Promise<undefined> {
      await site.data.stores.clear(writable(site, store).name)
    }
  }
}

function storeOf({ data }: Site, prop: string): DataStoreId {
  const id = data.props.get(prop)
  if (id !== undefined) return id
  throw new Fault('no_data_store', 'the step has no data store under that name', {
    hint: 'Name one for the prop in the definition: `props: { store: customers }`.'
  })
}

/** What would have to be remembered is refused in a run that keeps nothing (I4). */
function writable(site: Site, prop: string): DataStoreId {
  const id = storeOf(site, prop)
  site.data.begin()
  if ('only' in site.waits && site.waits.only === 'nostore') {
    throw new Fault('nostore_no_data', 'a run that keeps nothing (x-pd-nostore) writes into no data store', {
      hint: 'Call the workflow without x-pd-nostore; reading from data stores works.'
    })
  }
  if ('only' in site.waits && site.waits.only === 'test') {
    throw new Fault('test_no_data', 'a test writes into no data store: nothing of it is kept', {
      hint: 'Reading from data stores works; deploy the workflow to see it write.'
    })
  }
  return id
}

function milliseconds(ttl: number | null): number | null {
  return ttl === null ? null : Math.ceil(ttl * 1_000)
}

function textOf({ data: { keyring } }: Site, key: string, value: Json | undefined): string {
  const whole = asJson({ key, value: value ?? null })
  if (whole.length > MAX_VALUE) {
    throw new Fault(
      'data_too_large',
      `a value in a data store can be ${MAX_VALUE / 1e6} MB of JSON, and this one is more`,
      {
        hint: 'Spread it over several keys.'
      }
    )
  }
  // Fails closed: what cannot be searched for every secret is not kept.
  if (keyring.incomplete) throw refused('a secret that the run could not hold')
  const scrubbed = JSON.stringify(keyring.scrub(JSON.parse(whole) as Json))
  const [handle] = scrubbed.includes(HANDLE_PREFIX) ? (scrubbed.match(handlePattern()) ?? []) : []
  if (handle !== undefined) {
    const { app, field } = originOfHandle(handle)
    throw refused(`the credential ${app}.${field}`)
  }
  return JSON.stringify((JSON.parse(scrubbed) as { value: Json }).value)
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    throw new Fault('data_not_json', 'a data store was given something that is not JSON (a cycle, or a BigInt)')
  }
}

function refused(what: string): Fault {
  return new Fault('data_holds_secret', `a data store keeps no secrets, and the key or value holds ${what}`, {
    hint: 'Keep what it belongs to, such as a user’s id, and bind the credential where it is needed.'
  })
}
