import { Fault } from '@bellhop/sdk'
import { Command, CommanderError } from 'commander'
import { harden } from './harden.ts'
import { hideDatabase } from './hide-database.ts'
import { VERSION } from './version.ts'

/** The command line: one line of what went wrong, one of what to do next, exit code 1. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    const starts = args[0] === 'start'
    // With as little loaded as can be: what is loaded before is loaded again in the process that takes this one's place.
    if (starts) hideDatabase()
    if (starts) harden()
    const commands = starts ? await onlyStart() : await allCommands()
    await program(commands).parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode
    else fail(error)
  }
}

/** A server does without the modules of the other commands. */
async function onlyStart(): Promise<Command[]> {
  const { startCommand } = await import('./commands/start.ts')
  return [startCommand()]
}

async function allCommands(): Promise<Command[]> {
  const { commands } = await import('./commands/commands.ts')
  return commands()
}

function program(commands: readonly Command[]): Command {
  const bellhop = new Command('bellhop')
    .description('Runs workflows that take credentials at run time, and never keeps them.')
    .version(VERSION)
    .configureHelp({ showGlobalOptions: false })
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
