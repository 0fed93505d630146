import { Command, Option } from 'commander'
import { Client, type ServerOptions } from '../client.ts'
import { DATABASE_VARIABLE } from '../hide-database.ts'

const DEFAULT_DATA = '.bellhop'
export const DEFAULT_PORT = 4000

/** The data directory option, shared by the commands that read it and those that talk to its server. */
export function dataOption(): Option {
  return new Option('--data <dir>', 'data directory').env('BELLHOP_DATA').default(DEFAULT_DATA)
}

/** The database that nodes share. */
export function databaseOption(): Option {
  const text =
    'PostgreSQL database that any number of servers share (postgres://…), instead of one in the data directory'
  return new Option('--database <url>', text).env(DATABASE_VARIABLE)
}

/** What leads a command to this server, to be pasted behind it; nothing where it looks there by itself. */
export function optionsTo(server: string, data: string): string {
  const at = server === `http://127.0.0.1:${DEFAULT_PORT}` ? '' : ` --server ${server}`
  return data === DEFAULT_DATA ? at : `${at} --data '${data.replaceAll("'", String.raw`'\''`)}'`
}

/** A command that talks to a running server. */
export function clientCommand(name: string): Command {
  return new Command(name)
    .addOption(
      new Option('--server <url>', 'the server').env('BELLHOP_SERVER').default(`http://127.0.0.1:${DEFAULT_PORT}`)
    )
    .addOption(dataOption())
}

/** The client for a command made by `clientCommand`. The admin token comes from BELLHOP_TOKEN or the data directory. */
export function clientOf(options: { server: string; data: string }): Client {
  const token = process.env['BELLHOP_TOKEN']
  const chosen: ServerOptions = {
    server: options.server,
    data: options.data,
    ...(token === undefined ? {} : { token })
  }
  return new Client(chosen)
}
