import type { Command } from 'commander'
import type { ReplayOffer } from '../../run/replay/replays.ts'
import type { Client } from '../client.ts'
import { readFields } from '../fields-on-stdin.ts'
import { question } from '../question.ts'
import { clientCommand, clientOf } from './server-options.ts'

interface Options {
  server: string
  data: string
  from?: string
}

export function replayCommand(): Command {
  return clientCommand('replay')
    .description('replay a run that has ended, in a new one')
    .argument('<run>', 'the run’s id')
    .option('--from <step>', 'take over what finished before this step, and run from here')
    .action(async (run: string, options: Options) => {
      const client = clientOf(options)
      const path = `/runs/${encodeURIComponent(run)}/replay`
      const from = options.from === undefined ? {} : { from_step: options.from }
      const offer = await offerOf(client, path, from)
      console.log(plan(offer))
      const text = JSON.stringify({ ...from, credentials: await credentialsFor(offer) })
      const { run: started } = (await client.call('POST', path, { type: 'application/json', text })) as unknown as {
        run: string
      }
      console.log(`started ${started}`)
      console.error(`show it with: bellhop show ${started}`)
    })
    .addHelpText(
      'after',
      `
A run's credentials are gone with it. What its request brought is asked for, or read from standard input as lines of
path=value; never from the command line, which other users of the machine can read and the shell remembers.

Examples:
  $ bellhop replay 019aa8b2-6f3c-7000-8a51-2f1f6e1a9b7c
  $ printf 'steps.trigger.event.body.slack_token=%s\\n' "$TOKEN" | bellhop replay 019aa8b2-… --from notify
`
    )
}

async function offerOf(client: Client, path: string, from: Record<string, string>): Promise<ReplayOffer> {
  const query = new URLSearchParams(from)
  return (await client.call('GET', query.size === 0 ? path : `${path}?${query.toString()}`)) as unknown as ReplayOffer
}

function plan({ workflow, version, taken, runs, again }: ReplayOffer): string {
  const lines = [`${workflow}, version ${version}`]
  if (taken.length > 0) lines.push(`  taken over: ${taken.join(', ')}`)
  lines.push(`  runs: ${runs.join(', ')}`)
  if (again.length > 0) lines.push(`  runs again, because the secrets that it fetched are gone: ${again.join(', ')}`)
  return lines.join('\n')
}

/** Nothing is asked, or read, where the request brought nothing. */
async function credentialsFor({ credentials }: ReplayOffer): Promise<Record<string, string>> {
  if (credentials.length === 0) return {}
  if (!process.stdin.isTTY) return readFields(`${credentials[0]?.path ?? 'path'}=…`)
  const given: Record<string, string> = {}
  for (const { path, app, field, required } of credentials) {
    const value = await question(`${app}.${field} (${path})${required ? '' : ', optional'}: `, true)
    if (value !== '') given[path] = value
  }
  return given
}
