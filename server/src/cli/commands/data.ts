import { Fault, type Json } from '@bellhop/sdk'
import { Command } from 'commander'
import { safeText } from '../../history/terminal-text.ts'
import { printRows } from '../columns.ts'
import { clientCommand, clientOf } from './server-options.ts'

type Options = { server: string; data: string }

interface StoreInfo {
  name: string
  entries: number
  bytes: number
}

interface Page {
  entries: { key: string; value: Json; written_at: string; expires_at?: string }[]
  next_key: string | null
}

/** Characters of a value that a list shows. */
const SHOWN = 100

export function dataCommand(): Command {
  return new Command('data')
    .description('data stores: what steps keep from one run to the next')
    .addCommand(list(), { isDefault: true })
    .addCommand(show())
    .addCommand(get())
    .addCommand(remove())
    .addHelpText('after', '\nExample:\n  $ bellhop data show customers\n')
}

function list(): Command {
  return clientCommand('list')
    .description('all data stores')
    .action(async (options: Options) => {
      const answer = await clientOf(options).call('GET', '/data-stores')
      const { data_stores: stores } = answer as unknown as { data_stores: StoreInfo[] }
      if (stores.length === 0) console.log('no data stores yet: a step makes one when it first keeps something in it')
      printRows(stores.map(({ name, entries, bytes }) => [name, `${entries} entries`, `${bytes} bytes`]))
    })
    .addHelpText('after', '\nExample:\n  $ bellhop data list\n')
}

function show(): Command {
  return clientCommand('show')
    .description('the entries of a data store, in the order of their keys')
    .argument('<store>', 'the data store’s name')
    .option('--after <key>', 'begin behind this key')
    .option('--limit <number>', 'entries to show', '100')
    .action(async (store: string, { after, limit, ...options }: Options & { after?: string; limit: string }) => {
      const query = new URLSearchParams({ limit, ...(after === undefined ? {} : { after }) })
      const page = (await clientOf(options).call(
        'GET',
        `${pathOf(store)}/entries?${query.toString()}`
      )) as unknown as Page
      printRows(page.entries.map(({ key, value, expires_at }) => [safeText(key), shortened(value), until(expires_at)]))
      if (page.next_key !== null) console.log(`there are more: --after ${JSON.stringify(page.next_key)}`)
    })
    .addHelpText('after', '\nExample:\n  $ bellhop data show customers --limit 10\n')
}

function get(): Command {
  return clientCommand('get')
    .description('the value under a key, as JSON')
    .argument('<store>', 'the data store’s name')
    .argument('<key>', 'the key')
    .action(async (store: string, key: string, options: Options) => {
      const query = new URLSearchParams({ key })
      const page = (await clientOf(options).call(
        'GET',
        `${pathOf(store)}/entries?${query.toString()}`
      )) as unknown as Page
      const [entry] = page.entries
      if (entry === undefined) throw new Fault('data_entry_missing', 'there is no entry under that key')
      console.log(JSON.stringify(entry.value, undefined, 2).split('\n').map(safeText).join('\n'))
    })
    .addHelpText('after', '\nExample:\n  $ bellhop data get customers c_17\n')
}

function remove(): Command {
  return clientCommand('delete')
    .description('delete an entry, or a data store with everything in it')
    .argument('<store>', 'the data store’s name')
    .argument('[key]', 'the key; without one the whole data store goes')
    .action(async (store: string, key: string | undefined, options: Options) => {
      const path =
        key === undefined ? pathOf(store) : `${pathOf(store)}/entries?${new URLSearchParams({ key }).toString()}`
      await clientOf(options).call('DELETE', path)
      console.log(key === undefined ? `deleted data store ${store}` : `deleted ${key} from data store ${store}`)
    })
    .addHelpText('after', '\nExample:\n  $ bellhop data delete customers c_17\n')
}

function pathOf(store: string): string {
  return `/data-stores/${encodeURIComponent(store)}`
}

function until(expiresAt: string | undefined): string {
  return expiresAt === undefined ? '' : `until ${expiresAt}`
}

function shortened(value: Json): string {
  const text = safeText(JSON.stringify(value))
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`
}
