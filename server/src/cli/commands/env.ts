import { Fault } from '@bellhop/sdk'
import { Command } from 'commander'
import { printRows } from '../columns.ts'
import { question } from '../question.ts'
import { clientCommand, clientOf } from './server-options.ts'

type Options = { server: string; data: string }

interface SecretInfo {
  name: string
  hosts: string[]
  places: { headers: boolean | string[]; query: string[]; body: string[] }
}

interface SetOptions extends Options {
  host: string[]
  header: string[]
  query: string[]
  body: string[]
}

export function envCommand(): Command {
  return new Command('env')
    .description('secrets of the environment of code and expressions, sealed at rest')
    .addCommand(list(), { isDefault: true })
    .addCommand(set())
    .addCommand(remove())
    .addHelpText('after', '\nExample:\n  $ bellhop env set STRIPE_KEY --host api.stripe.com < key.txt\n')
}

function list(): Command {
  return clientCommand('list')
    .description('all secrets, without their values, and where each may go')
    .action(async (options: Options) => {
      const { secrets } = (await clientOf(options).call('GET', '/env')) as unknown as { secrets: SecretInfo[] }
      if (secrets.length === 0)
        return console.log('no secrets yet: set one with `bellhop env set <name> --host <host>`')
      printRows(
        secrets.map(({ name, hosts, places }) => [
          name,
          hosts.length === 0 ? 'nowhere' : hosts.join(', '),
          inWords(places)
        ])
      )
    })
    .addHelpText('after', '\nExample:\n  $ bellhop env list\n')
}

function inWords({ headers, query, body }: SecretInfo['places']): string {
  const named = (what: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${what} ${names.join(', ')}`]
  const inHeaders = headers === true ? ['any header'] : named('header', headers === false ? [] : headers)
  return [...inHeaders, ...named('query', query), ...named('body', body)].join('; ')
}

const more = (value: string, before: string[]): string[] => [...before, value]

function set(): Command {
  return clientCommand('set')
    .description('set a secret, or replace its value and where it may go')
    .argument('<name>', 'letters, digits and _; definitions say { secret: NAME }')
    .option('--host <host>', 'an exact host that it may go to; repeat it for several', more, [])
    .option('--header <name>', 'a request header that it may stand in; any, unless one of these is given', more, [])
    .option('--query <name>', 'a query parameter that it may stand in', more, [])
    .option('--body <name>', 'a top-level body field that it may stand in', more, [])
    .action(async (name: string, options: SetOptions) => {
      const value = process.stdin.isTTY ? await question(`${name}: `, true) : await readAll()
      const { host: hosts, header, query, body } = options
      const anywhere = header.length + query.length + body.length === 0
      const text = JSON.stringify({ value, hosts, headers: anywhere ? true : header, query, body })
      await clientOf(options).call('PUT', `/env/${encodeURIComponent(name)}`, { type: 'application/json', text })
      console.log(`set ${name}; use it with: settings: { env: { ${name}: { secret: ${name} } } }`)
      if (hosts.length === 0) console.log('  it may go nowhere: name hosts with --host')
    })
    .addHelpText(
      'after',
      `
The value is asked for, or read from standard input; never from the command line, which other users of the machine can
read and the shell remembers.

Example:
  $ printf '%s' "$STRIPE_KEY" | bellhop env set STRIPE_KEY --host api.stripe.com
`
    )
}

function remove(): Command {
  return clientCommand('remove')
    .description('remove a secret; runs whose workflow declares it fail from then on')
    .argument('<name>', 'its name')
    .action(async (name: string, options: Options) => {
      await clientOf(options).call('DELETE', `/env/${encodeURIComponent(name)}`)
      console.log(`removed ${name}`)
    })
    .addHelpText('after', '\nExample:\n  $ bellhop env remove STRIPE_KEY\n')
}

/** All of standard input but for the line break at its end, which `echo` puts there. */
async function readAll(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  const value = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
  if (value !== '') return value
  throw new Fault('env_secret_empty', 'standard input holds no value', { hint: 'Pipe the value into the command.' })
}
