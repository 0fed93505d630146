import { z } from 'zod'
import { MAX_KEY, type DataEntry } from '../../data/data-stores.ts'
import { HttpFault } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { route, type Route } from './route.ts'

const time = z.iso.datetime()

const DataStore = z
  .object({
    name: z.string().meta({ description: 'As definitions have it; that of a step is `service.<workflow>.<step>`.' }),
    entries: z.number().int(),
    bytes: z.number().int().meta({ description: 'Of keys and values together.' }),
    created_at: time
  })
  .meta({ id: 'DataStore' })

const Entry = z
  .object({
    key: z.string(),
    value: z.json(),
    written_at: time,
    expires_at: time.optional().meta({ description: 'Absent for an entry that stays.' })
  })
  .meta({ id: 'DataEntry' })

const params = z.object({ store: z.string().max(256).meta({ description: 'The name of the data store.' }) })
const key = z.string().min(1).max(MAX_KEY)

/** Data stores: what steps keep. Values are written by steps alone. */
export function dataStoreRoutes({ data }: Pick<ApiServices, 'data'>): Route[] {
  const known = async (store: string): Promise<string> => {
    if (await data.exists(store)) return store
    throw new HttpFault('data_store_missing', 404, 'there is no such data store', 'List them with `bellhop data`.')
  }
  return [
    route({
      method: 'GET',
      path: '/data-stores',
      summary: 'All data stores',
      answers: {
        200: { description: 'The data stores, by name.', schema: z.object({ data_stores: z.array(DataStore) }) }
      },
      handle: async () => ({
        status: 200,
        body: {
          data_stores: (await data.list()).map(({ createdAt, ...store }) => ({ ...store, created_at: iso(createdAt) }))
        }
      })
    }),
    route({
      method: 'GET',
      path: '/data-stores/{store}/entries',
      summary: 'Entries of a data store, in the order of their keys',
      params,
      query: z.object({
        key: key.optional().meta({ description: 'Only the entry under this key.' }),
        after: key.optional().meta({ description: '`next_key` of the page before.' }),
        limit: z.coerce.number().int().min(1).max(500).default(100)
      }),
      answers: {
        200: {
          description: 'A page of entries.',
          schema: z.object({
            entries: z.array(Entry),
            next_key: z.string().nullable().meta({ description: 'Gets the next page, as `after`.' })
          })
        }
      },
      async handle({ params: { store }, query }) {
        const name = await known(store)
        if (query.key !== undefined) {
          const entry = await data.get(name, query.key)
          return { status: 200, body: { entries: entry === undefined ? [] : [shown(entry)], next_key: null } }
        }
        const { entries, next } = await data.page(name, query.after, query.limit)
        return { status: 200, body: { entries: entries.map(shown), next_key: next ?? null } }
      }
    }),
    route({
      method: 'DELETE',
      path: '/data-stores/{store}/entries',
      summary: 'Deletes one entry',
      params,
      query: z.object({ key }),
      answers: { 204: { description: 'It is gone.' } },
      async handle({ params: { store }, query }) {
        if (await data.delete(await known(store), query.key)) return { status: 204 }
        throw new HttpFault('data_entry_missing', 404, 'there is no entry under that key')
      }
    }),
    route({
      method: 'DELETE',
      path: '/data-stores/{store}',
      summary: 'Deletes a data store with everything in it',
      description: 'A step that names it makes it anew.',
      params,
      answers: { 204: { description: 'It is gone.' } },
      async handle({ params: { store } }) {
        await data.clear(await known(store), true)
        return { status: 204 }
      }
    })
  ]
}

function shown({ key, value, writtenAt, expiresAt }: DataEntry): z.output<typeof Entry> {
  return { key, value, written_at: iso(writtenAt), ...(expiresAt === null ? {} : { expires_at: iso(expiresAt) }) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
