import { InvalidArgumentError, type Command } from 'commander'
import { printRows } from '../columns.ts'
import { clientCommand, clientOf } from './server-options.ts'

interface Entry {
  at: string
  action: 'deploy_reveal' | 'reveal'
  workflow: string
  version: number
  run: string | null
  step: string
  credentials: Record<string, string[]>
}

export function auditCommand(): Command {
  return clientCommand('audit')
    .description('which versions and runs handed real credentials to code, the latest first')
    .option('--limit <count>', 'how many', count, 100)
    .action(async ({ limit, ...options }: { server: string; data: string; limit: number }) => {
      const answer = await clientOf(options).call('GET', `/audit?limit=${limit}`)
      const { entries } = answer as unknown as { entries: Entry[] }
      if (entries.length === 0) console.log('no code was handed real credentials')
      printRows(
        entries.map(({ at, action, workflow, version, run, step, credentials }) => [
          at,
          action === 'reveal' ? 'revealed' : 'deployed',
          `${workflow} v${version}`,
          step,
          inWords(credentials),
          run ?? ''
        ])
      )
    })
    .addHelpText('after', '\nExample:\n  $ bellhop audit --limit 20\n')
}

function inWords(credentials: Entry['credentials']): string {
  return Object.entries(credentials)
    .flatMap(([app, fields]) => fields.map((field) => `${app}.${field}`))
    .join(', ')
}

function count(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= 1000) return Number(text)
  throw new InvalidArgumentError('a number from 1 to 1000.')
}
