import { Command, Option } from 'commander'
import { DATABASE_VARIABLE } from '../hide-database.ts'

export interface MigrateOptions {
  from: string
  to: string
}

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('move everything from a data directory into a PostgreSQL database, for more than one server')
    .requiredOption('--from <dir>', 'the data directory, whose server has been stopped; it stays as it is')
    .addOption(
      new Option('--to <url>', 'the empty database: postgres://user:password@host:5432/database')
        .env(DATABASE_VARIABLE)
        .makeOptionMandatory()
    )
    .action(async (options: MigrateOptions) => {
      // Takes the arguments' place in a list of processes, which shows them to everybody: this may go on for hours.
      process.title = 'bellhop migrate'
      // The drivers of both databases: no other command waits for them.
      const { migrate } = await import('../migrating.ts')
      await migrate(options, process.env)
    })
    .addHelpText(
      'after',
      `
Whatever interrupts it, repeated it goes on where it was. See docs/migrating.md.

Environment:
  BELLHOP_KEY             the sealing key, where it is not in DIR/key
  BELLHOP_DATABASE_URL    the same as --to; better there, as a list of processes shows options

Example:
  $ bellhop migrate --from /var/lib/bellhop --to postgres://bellhop@db.internal/bellhop
`
    )
}
