import { Fault } from '@bellhop/sdk'
import { Command } from 'commander'
import { printRows } from '../columns.ts'
import { readFields } from '../fields-on-stdin.ts'
import { question } from '../question.ts'
import { clientCommand, clientOf } from './server-options.ts'

type Options = { server: string; data: string }

interface AppInfo {
  app: string
  name: string
  fields: Record<string, { label: string; secret: boolean; optional: boolean }>
}

export function accountsCommand(): Command {
  return new Command('accounts')
    .description('connected accounts: fixed credentials, sealed at rest')
    .addCommand(list(), { isDefault: true })
    .addCommand(add())
    .addCommand(remove())
    .addHelpText('after', '\nExample:\n  $ bellhop accounts add slack acme-bot < fields.env\n')
}

function list(): Command {
  return clientCommand('list')
    .description('all accounts, without their values')
    .action(async (options: Options) => {
      const answer = await clientOf(options).call('GET', '/accounts')
      const { accounts } = answer as unknown as { accounts: { app: string; name: string; fields: string[] }[] }
      if (accounts.length === 0) console.log('no accounts yet: connect one with `bellhop accounts add <app> <name>`')
      printRows(accounts.map(({ app, name, fields }) => [app, name, `(${fields.join(', ')})`]))
    })
    .addHelpText('after', '\nExample:\n  $ bellhop accounts list\n')
}

function add(): Command {
  return clientCommand('add')
    .description('connect an account, or replace its values')
    .argument('<app>', 'the app’s slug: `bellhop actions` lists them')
    .argument('<name>', 'the name that definitions use')
    .option('--unlisted', 'the app is in no catalogue; its fields are those that are given', false)
    .action(async (app: string, name: string, options: Options & { unlisted: boolean }) => {
      const client = clientOf(options)
      const { apps } = (await client.call('GET', '/apps')) as unknown as { apps: AppInfo[] }
      const info = apps.find((known) => known.app === app)
      if (info === undefined && !options.unlisted) throw unknownApp(app, apps)
      const fields =
        process.stdin.isTTY && info !== undefined ? await ask(info) : await readFields('oauth_access_token=…')
      const unlisted = info === undefined
      const body = { type: 'application/json', text: JSON.stringify({ fields, unlisted }) }
      await client.call('PUT', `/accounts/${encodeURIComponent(app)}/${encodeURIComponent(name)}`, body)
      console.log(`connected ${app} account ${name}; use it with: auth: { ${app}: { account: ${name} } }`)
    })
    .addHelpText(
      'after',
      `
Values are asked for, or read from standard input as lines of field=value; never from the command line, which other
users of the machine can read and the shell remembers.

Example:
  $ printf 'oauth_access_token=%s\\n' "$TOKEN" | bellhop accounts add slack acme-bot
`
    )
}

function remove(): Command {
  return clientCommand('remove')
    .description('remove an account; steps that use it fail from then on')
    .argument('<app>', 'the app’s slug')
    .argument('<name>', 'the account’s name')
    .action(async (app: string, name: string, options: Options) => {
      await clientOf(options).call('DELETE', `/accounts/${encodeURIComponent(app)}/${encodeURIComponent(name)}`)
      console.log(`removed ${app} account ${name}`)
    })
    .addHelpText('after', '\nExample:\n  $ bellhop accounts remove slack acme-bot\n')
}

function unknownApp(app: string, apps: readonly AppInfo[]): Fault {
  return new Fault('unknown_app', `there is no app \`${app}\``, {
    hint: `Known apps: ${apps.map((known) => known.app).join(', ')}. For one that code brings along: --unlisted.`
  })
}

/** Asks for each field on the terminal. What is typed for a secret is not echoed. */
async function ask(info: AppInfo): Promise<Record<string, string>> {
  const fields: Record<string, string> = {}
  for (const [field, { label, secret, optional }] of Object.entries(info.fields)) {
    const value = await question(`${label}${optional ? ' (optional)' : ''}: `, secret)
    if (value !== '') fields[field] = value
  }
  return fields
}
