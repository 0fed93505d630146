import type { Command } from 'commander'
import { itemTimeline, timeline, type TimelineOptions } from '../../history/timeline.ts'
import type { ItemPage, RunView } from '../../history/views.ts'
import type { Client } from '../client.ts'
import { clientCommand, clientOf } from './server-options.ts'

interface Options {
  server: string
  data: string
  json?: true
  items?: string
  status?: string
  cursor?: string
  limit?: string
}

export function showCommand(): Command {
  return clientCommand('show')
    .description('show one run as a timeline, or the items of one of its steps')
    .argument('<run>', 'the run’s id')
    .option('--json', 'as JSON')
    .option('--items <step>', 'the items of this `each` step, a page at a time')
    .option('--status <status>', 'only items with this status (running, succeeded, ended_early, failed, stopped)')
    .option('--limit <n>', 'items on a page (default: 50)')
    .option('--cursor <cursor>', 'go on after the page that named it')
    .action(async (run: string, options: Options) => {
      const client = clientOf(options)
      const path = `/runs/${encodeURIComponent(run)}`
      if (options.items !== undefined)
        return showItems(client, `${path}/steps/${encodeURIComponent(options.items)}`, options)
      const view = (await client.call('GET', path)) as unknown as RunView
      console.log(options.json === true ? JSON.stringify(view, null, 2) : timeline(view, asTerminal()))
    })
    .addHelpText(
      'after',
      `
Examples:
  $ bellhop show 019aa8b2-6f3c-7000-8a51-2f1f6e1a9b7c
  $ bellhop show 019aa8b2-6f3c-7000-8a51-2f1f6e1a9b7c --items notify_all --status failed
`
    )
}

async function showItems(client: Client, path: string, options: Options): Promise<void> {
  const query = new URLSearchParams()
  for (const key of ['status', 'limit', 'cursor'] as const) {
    const value = options[key]
    if (value !== undefined) query.set(key, value)
  }
  const page = (await client.call('GET', `${path}/items?${query.toString()}`)) as unknown as ItemPage
  if (options.json === true) return console.log(JSON.stringify(page, null, 2))
  console.log(itemTimeline(page, asTerminal()))
  if (page.next_cursor !== null) console.log(`\nThere are more: go on with --cursor ${page.next_cursor}`)
}

function asTerminal(): TimelineOptions {
  const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
  return { width: process.stdout.columns ?? 100, colour, now: Date.now() }
}
