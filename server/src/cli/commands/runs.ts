import type { Json } from '@bellhop/sdk'
import type { Command } from 'commander'
import type { RunListItem } from '../../history/views.ts'
import { clientCommand, clientOf } from './server-options.ts'

interface Options {
  server: string
  data: string
  workflow?: string
  status?: string
  since?: string
  limit: string
  json?: true
}

export function runsCommand(): Command {
  return clientCommand('runs')
    .description('list runs, newest first')
    .option('--workflow <name>', 'only of this workflow')
    .option('--status <status>', 'only with this status (succeeded, failed, running, …)')
    .option('--since <time>', 'only accepted since this ISO 8601 time')
    .option('--limit <n>', 'at most this many', '20')
    .option('--json', 'as JSON')
    .action(async (options: Options) => {
      const query = new URLSearchParams({ limit: options.limit })
      for (const key of ['workflow', 'status', 'since'] as const) {
        const value = options[key]
        if (value !== undefined) query.set(key, value)
      }
      const answer = await clientOf(options).call('GET', `/runs?${query.toString()}`)
      if (options.json === true) console.log(JSON.stringify(answer, null, 2))
      else print(answer)
    })
    .addHelpText('after', '\nExample:\n  $ bellhop runs --workflow notify-customer --status failed\n')
}

function print(answer: Json): void {
  const { runs } = answer as unknown as { runs: RunListItem[] }
  if (runs.length === 0) console.log('no runs')
  for (const run of runs) console.log(`${run.id}  ${run.accepted_at}  ${run.status.padEnd(11)}  ${run.workflow}`)
}
