import { readFileSync } from 'node:fs'
import { Fault, type Json } from '@bellhop/sdk'
import { Command } from 'commander'
import { isObject } from '../../workflow/mistakes.ts'
import type { Client } from '../client.ts'
import { printRows } from '../columns.ts'
import { clientCommand, clientOf } from './server-options.ts'
import { yaml } from '../../workflow/parsers.ts'

type Options = { server: string; data: string }

interface StoreInfo {
  name: string
  kind: string
  source: 'api' | 'file'
  config: Record<string, Json>
  problem?: string
}

interface KindInfo {
  kind: string
  title: string
  lookup: string
  config: { properties?: Record<string, { description?: string }>; required?: string[] }
}

export function storesCommand(): Command {
  return new Command('stores')
    .description('sources of credentials: Vault, AWS Secrets Manager, databases, Nango')
    .addCommand(list(), { isDefault: true })
    .addCommand(kinds())
    .addCommand(add())
    .addCommand(test())
    .addCommand(remove())
    .addHelpText(
      'after',
      '\nExample:\n  $ bellhop stores add main-vault vault < vault.yaml && bellhop stores test main-vault\n'
    )
}

function list(): Command {
  return clientCommand('list')
    .description('all stores, without their credentials')
    .action(async (options: Options) => {
      const { stores } = (await clientOf(options).call('GET', '/stores')) as unknown as { stores: StoreInfo[] }
      if (stores.length === 0) return console.log('no stores yet: add one with `bellhop stores add <name> <kind>`')
      printRows(
        stores.map(({ name, kind, source, config, problem }) => [name, kind, source, problem ?? summary(config)])
      )
    })
    .addHelpText('after', '\nExample:\n  $ bellhop stores list\n')
}

/** What may be seen of a configuration, on one line. */
function summary(config: Record<string, Json>): string {
  return Object.entries(config)
    .filter(([key]) => key !== 'ttl' && key !== 'timeout')
    .map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' ')
}

function kinds(): Command {
  return clientCommand('kinds')
    .description('the kinds of stores, and what each is told')
    .action(async (options: Options) => {
      for (const [at, { kind, title, lookup, config }] of (await kindsOf(clientOf(options))).entries()) {
        console.log(`${at === 0 ? '' : '\n'}${kind}  ${title}; a binding names a secret by \`${lookup}\``)
        const required = new Set(config.required ?? [])
        printRows(
          Object.entries(config.properties ?? {}).map(([key, { description }]) => [
            `  ${key}`,
            required.has(key) ? 'required' : '',
            description ?? ''
          ])
        )
      }
    })
    .addHelpText('after', '\nExample:\n  $ bellhop stores kinds\n')
}

function add(): Command {
  return clientCommand('add')
    .description('add a store, or replace its configuration')
    .argument('<name>', 'the name that definitions use')
    .argument('<kind>', 'vault, aws_secrets_manager, postgres, … (see `bellhop stores kinds`)')
    .option('--file <file>', 'YAML or JSON of its configuration; default: standard input')
    .action(async (name: string, kind: string, options: Options & { file?: string }) => {
      const body = { type: 'application/json', text: JSON.stringify({ kind, config: readConfig(options.file) }) }
      await clientOf(options).call('PUT', `/stores/${encodeURIComponent(name)}`, body)
      console.log(`added the store ${name}; look at it with: bellhop stores test ${name}`)
    })
    .addHelpText(
      'after',
      `
The configuration holds the store's own credential, so it is read from a file or standard input; never from the
command line, which other users of the machine can read and the shell remembers. It is sealed at rest, read at each
use, and replaced by adding the store again.

Example:
  $ bellhop stores add main-vault vault <<'END'
  address: https://vault.example.com:8200
  auth: { approle: { role_id: 5a7c…, secret_id: 1f3b… } }
  END
`
    )
}

function test(): Command {
  return clientCommand('test')
    .description('say in words what works and what does not: address, TLS, authentication, permission, path')
    .argument('<name>', 'the store’s name')
    .argument('[path]', 'a path, key or connection to look at; its values are never shown')
    .option('--integration <id>', 'Nango: the integration of the connection')
    .action(async (name: string, path: string | undefined, options: Options & { integration?: string }) => {
      const { integration } = options
      const text = JSON.stringify({
        ...(path === undefined ? {} : { path }),
        ...(integration === undefined ? {} : { integration })
      })
      const answer = await clientOf(options).call('POST', `/stores/${encodeURIComponent(name)}/test`, {
        type: 'application/json',
        text
      })
      const { ok, checks } = answer as unknown as { ok: boolean; checks: { what: string; ok: boolean; says: string }[] }
      printRows(checks.map((check) => [check.ok ? 'ok' : 'PROBLEM', check.what, check.says]))
      if (!ok) process.exitCode = 1
    })
    .addHelpText('after', '\nExample:\n  $ bellhop stores test main-vault secret/customers/acme/slack\n')
}

function remove(): Command {
  return clientCommand('remove')
    .description('remove a store; steps that use it fail from then on')
    .argument('<name>', 'the store’s name')
    .option('--force', 'also while runs hold something of it that has to be given back')
    .action(async (name: string, options: Options & { force?: true }) => {
      const query = options.force === true ? '?force=true' : ''
      await clientOf(options).call('DELETE', `/stores/${encodeURIComponent(name)}${query}`)
      console.log(`removed the store ${name}`)
    })
    .addHelpText('after', '\nExample:\n  $ bellhop stores remove main-vault\n')
}

async function kindsOf(client: Client): Promise<KindInfo[]> {
  return ((await client.call('GET', '/store-kinds')) as unknown as { kinds: KindInfo[] }).kinds
}

/** The parser's own message would quote what it read, which holds a credential. */
function readConfig(file: string | undefined): Json {
  const from = file ?? 'standard input'
  const config = parsed(file, `${from} cannot be read as YAML or JSON`)
  if (isObject(config)) return config
  throw badConfig(config === null ? `${from} is empty` : `${from} holds no keys with values`)
}

function parsed(file: string | undefined, otherwise: string): Json {
  try {
    return yaml().parse(readFileSync(file ?? 0, 'utf8')) as Json
  } catch {
    throw badConfig(otherwise)
  }
}

function badConfig(problem: string): Fault {
  return new Fault('bad_config', problem, { hint: 'Give an object, as `bellhop stores add --help` shows.' })
}
