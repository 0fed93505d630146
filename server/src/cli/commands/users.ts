import { Command } from 'commander'
import { printRows } from '../columns.ts'
import { clientCommand, clientOf } from './server-options.ts'

type Options = { server: string; data: string }

interface UserInfo {
  name: string
  active: boolean
  link_expires_at: string | null
  seen_at: string | null
}

interface LinkInfo {
  url: string
  expires_at?: string
}

export function usersCommand(): Command {
  return new Command('users')
    .description('who may sign in to the builder')
    .addCommand(list(), { isDefault: true })
    .addCommand(add())
    .addCommand(link())
    .addCommand(remove())
    .addHelpText('after', '\nExamples:\n  $ bellhop users link\n  $ bellhop users add anna\n')
}

function list(): Command {
  return clientCommand('list')
    .description('all users')
    .action(async (options: Options) => {
      const { users } = (await clientOf(options).call('GET', '/users')) as unknown as { users: UserInfo[] }
      if (users.length === 0) {
        console.log('no users yet: `bellhop users link` prints the link that makes the first administrator')
      }
      printRows(users.map((user) => [user.name, stateOf(user)]))
    })
    .addHelpText('after', '\nExample:\n  $ bellhop users list\n')
}

function stateOf({ active, link_expires_at, seen_at }: UserInfo): string {
  const link = link_expires_at === null ? '' : `link until ${link_expires_at}`
  if (!active) return link === '' ? 'no password yet, and the link has expired' : `no password yet, ${link}`
  const seen = seen_at === null ? 'not signed in' : `last seen ${seen_at}`
  return link === '' ? seen : `${seen}, ${link}`
}

function add(): Command {
  return clientCommand('add')
    .description('add a user, and print the link by which they set a password')
    .argument('<name>', 'the name to sign in with')
    .action(async (name: string, options: Options) => {
      const body = { type: 'application/json', text: JSON.stringify({ name }) }
      printLink((await clientOf(options).call('POST', '/users', body)) as unknown as LinkInfo)
    })
    .addHelpText('after', '\nExample:\n  $ bellhop users add anna\n')
}

function link(): Command {
  return clientCommand('link')
    .description('print a new link: the first administrator’s, or one by which a user sets a new password')
    .argument('[name]', 'the user; left out for the first administrator')
    .action(async (name: string | undefined, options: Options) => {
      const path = name === undefined ? '/setup/link' : `/users/${encodeURIComponent(name)}/link`
      printLink((await clientOf(options).call('POST', path)) as unknown as LinkInfo)
    })
    .addHelpText('after', '\nExamples:\n  $ bellhop users link\n  $ bellhop users link anna\n')
}

function printLink({ url, expires_at }: LinkInfo): void {
  console.log(url)
  const end = expires_at === undefined ? 'until the server starts again' : `until ${expires_at}`
  console.log(`  works once, ${end}; whoever has it sets the password`)
}

function remove(): Command {
  return clientCommand('remove')
    .description('remove a user, and end their sessions')
    .argument('<name>', 'the user')
    .action(async (name: string, options: Options) => {
      await clientOf(options).call('DELETE', `/users/${encodeURIComponent(name)}`)
      console.log(`removed ${name}`)
    })
    .addHelpText('after', '\nExample:\n  $ bellhop users remove anna\n')
}
