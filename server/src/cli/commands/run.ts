import { readFileSync } from 'node:fs'
import { Fault } from '@bellhop/sdk'
import type { Command } from 'commander'
import { clientCommand, clientOf } from './server-options.ts'
import type { TriggerView } from './triggers.ts'

interface Options {
  server: string
  data: string
  body?: string
  header: string[]
  nostore?: true
}

export function runCommand(): Command {
  return clientCommand('run')
    .description('run a workflow: by calling its HTTP trigger, or now, besides its schedule')
    .argument('<workflow>', 'the workflow’s name')
    .option('--body <json>', 'the JSON body; @FILE reads it from a file, @- from standard input')
    .option('--header <name:value>', 'a request header; may be repeated', collect, [])
    .option('--nostore', 'write nothing of this run (x-pd-nostore)')
    .action(async (workflow: string, options: Options) => {
      const trigger = await triggerOf(workflow, options)
      if (trigger.type === 'schedule') return fireNow(workflow, options)
      const { url } = trigger
      const headers = headersOf(options)
      const body = options.body === undefined ? {} : { body: bodyOf(options.body) }
      const answer = await fetch(url, { method: 'POST', headers, ...body }).catch(() => {
        throw new Fault('trigger_unreachable', `nothing answers at the trigger’s address, ${url}`, {
          hint: 'It begins with the server’s BELLHOP_PUBLIC_URL, if that is set: check that it leads here.'
        })
      })
      console.log(await answer.text())
      if (!answer.ok) process.exitCode = 1
      const run = answer.headers.get('x-bellhop-run')
      if (run !== null && options.nostore !== true) console.error(`show it with: bellhop show ${run}`)
    })
    .addHelpText(
      'after',
      `
A credential on a command line stays in the shell's history: read the body from a file or from standard input.

Examples:
  $ bellhop run notify-customer --body @event.json
  $ bellhop run nightly-report                        # has a schedule: starts a run of it now
`
    )
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

async function triggerOf(workflow: string, options: Options): Promise<TriggerView> {
  const answer = await clientOf(options).call('GET', `/workflows/${encodeURIComponent(workflow)}`)
  const [trigger] = (answer as unknown as { triggers: TriggerView[] }).triggers
  if (trigger !== undefined) return trigger
  throw new Fault('no_trigger', `${workflow} has no trigger to call`)
}

/** A schedule's event is made by the server: there is nothing to send along. */
async function fireNow(workflow: string, options: Options): Promise<void> {
  if (options.body !== undefined || options.header.length > 0 || options.nostore === true) {
    throw new Fault('no_http_trigger', `${workflow} runs on a schedule, which takes no body and no headers`, {
      hint: `Run it now with \`bellhop run ${workflow}\`.`
    })
  }
  const answer = await clientOf(options).call('POST', `/workflows/${encodeURIComponent(workflow)}/run`)
  const { run } = answer as unknown as { run: string }
  console.log(`started ${run}`)
  console.error(`show it with: bellhop show ${run}`)
}

function headersOf(options: Options): Headers {
  const headers = new Headers()
  if (options.body !== undefined) headers.set('content-type', 'application/json')
  if (options.nostore === true) headers.set('x-pd-nostore', '1')
  for (const header of options.header) {
    const colon = header.indexOf(':')
    try {
      headers.append(header.slice(0, Math.max(colon, 0)), header.slice(colon + 1).trim())
    } catch {
      // The error of Headers quotes the value, which may be a credential.
      throw new Fault('bad_header', 'a --header is not of the form name:value', {
        hint: "Write --header 'x-name: value'."
      })
    }
  }
  return headers
}

function bodyOf(text: string): string {
  if (!text.startsWith('@')) return text
  try {
    return readFileSync(text === '@-' ? 0 : text.slice(1), 'utf8')
  } catch {
    throw new Fault('file_unreadable', `cannot read the body from ${text.slice(1)}`, {
      hint: 'After the @ comes a path, relative to this directory, or - for standard input.'
    })
  }
}
