import { Fault } from '@bellhop/sdk'
import { Command, CommanderError } from 'commander'
import { accountsCommand } from './commands/accounts.ts'
import { actionsCommand } from './commands/actions.ts'
import { auditCommand } from './commands/audit.ts'
import { componentsCommand } from './commands/components.ts'
import { dataCommand } from './commands/data.ts'
import { deployCommand } from './commands/deploy.ts'
import { doctorCommand } from './commands/doctor.ts'
import { envCommand } from './commands/env.ts'
import { initCommand } from './commands/init.ts'
import { keysCommand } from './commands/keys.ts'
import { migrateCommand } from './commands/migrate.ts'
import { replayCommand } from './commands/replay.ts'
import { runCommand } from './commands/run.ts'
import { runsCommand } from './commands/runs.ts'
import { showCommand } from './commands/show.ts'
import { startCommand } from './commands/start.ts'
import { storesCommand } from './commands/stores.ts'
import { usersCommand } from './commands/users.ts'
import { workflowsCommand } from './commands/workflows.ts'
import { VERSION } from './version.ts'

/** The command line: one line of what went wrong, one of what to do next, exit code 1. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode
    else fail(error)
  }
}

function program(): Command {
  const bellhop = new Command('bellhop')
    .description('Runs workflows that take credentials at run time, and never keeps them.')
    .version(VERSION)
    .configureHelp({ showGlobalOptions: false })
  const commands = [
    startCommand(),
    deployCommand(),
    workflowsCommand(),
    actionsCommand(),
    componentsCommand(),
    runCommand(),
    runsCommand(),
    showCommand(),
    replayCommand(),
    accountsCommand(),
    storesCommand(),
    envCommand(),
    auditCommand(),
    dataCommand(),
    usersCommand(),
    keysCommand(),
    migrateCommand(),
    initCommand(),
    doctorCommand()
  ]
  for (const command of commands) bellhop.addCommand(command)
  settle(bellhop, 'bellhop')
  return bellhop.addHelpText('after', '\nStart here:\n  $ bellhop start --demo\n')
}

/**
 * How a command line that does not fit ends: one line that says why, one that says what to do next, and an error for
 * `main`. Commander hands none of this on to subcommands.
 */
function settle(command: Command, line: string): void {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError(`  Run \`${line} --help\` to see what there is.`)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'bellhop: ')) })
  // The default of a group stands in for the group: what was typed has no word for it.
  for (const sub of command.commands) settle(sub, sub.name() === 'list' ? line : `${line} ${sub.name()}`)
}

/** A Fault says what happened and what to do; anything else is a defect of ours, and says so. */
export function fail(error: unknown): void {
  process.exitCode = 1
  if (error instanceof Fault) {
    console.error(`bellhop: ${error.message}`)
    if (error.hint !== undefined) console.error(`  ${error.hint}`)
    return
  }
  console.error(`bellhop: unexpected ${error instanceof Error ? (error.stack ?? error.message) : 'error'}`)
}
