import { flushCompileCache } from 'node:module'
import { Fault } from '@bellhop/sdk'
import { Command, Option } from 'commander'
import type { RunningServer } from '../compose.ts'
import { giveBackMemory } from '../give-back-memory.ts'
import { harden } from '../harden.ts'
import { DATABASE_VARIABLE } from '../hide-database.ts'
import { databaseOption, dataOption, DEFAULT_PORT } from './server-options.ts'

interface Options {
  data: string
  database?: string
  port: number
  host: string
  demo?: true
  stores?: string
  allowNativeSteps?: true
}

/** From then on a server that has just started is not busy with that any more, in milliseconds. */
const SETTLED_MS = 2_000
/** How long running steps may go on after the signal to end, in milliseconds. */
const GRACE_MS = 10_000
/** Exit code of a node whose runs others have: a temporary failure, and to start anew is all there is to do (sysexits.h). */
const LOST = 75
/** How long it may take to let go of what it had, in milliseconds. */
const LET_GO_MS = 2_000

export function startCommand(): Command {
  return new Command('start')
    .description('start the server')
    .addOption(dataOption())
    .addOption(databaseOption())
    .addOption(
      new Option('--port <n>', 'port to listen on; 0 for any')
        .env('BELLHOP_PORT')
        .default(DEFAULT_PORT)
        .argParser(portOf)
    )
    .addOption(new Option('--host <address>', 'address to listen on').env('BELLHOP_HOST').default('127.0.0.1'))
    .option('--demo', 'in an empty data directory: add two example workflows and a stand-in for a vendor’s API')
    .option('--stores <file>', 'YAML file of stores, for configuration that is kept in git')
    .option('--allow-native-steps', 'run steps in Python and Bash, apart from the server (docs/native-steps.md)')
    .action(start)
    .addHelpText(
      'after',
      `
Environment:
  BELLHOP_KEY                    the sealing key, instead of DIR/key (see \`bellhop keys\`); the same on every node
  BELLHOP_DATABASE_URL           the same as --database; better there, as a list of processes shows options
  BELLHOP_APP_<SLUG>_BASE_URL    where an app's API is, for self-hosted editions
  BELLHOP_EGRESS_DENY_PRIVATE    1: no request to loopback and private addresses
  BELLHOP_PUBLIC_URL             the address that triggers are called at, when a proxy stands in front
  BELLHOP_TRUSTED_PROXIES        addresses and ranges of such proxies, whose X-Forwarded-* headers are believed
  BELLHOP_NPM_REGISTRY           where code steps' packages come from (default: npm's public registry)
  BELLHOP_NPM_TOKEN_FILE         file with a token for it
  BELLHOP_LOG_LEVEL              warn (default), info, debug, silent

Examples:
  $ bellhop start --data /var/lib/bellhop --port 4000

  On each of several machines, all of which do the same:
  $ export BELLHOP_KEY=… BELLHOP_DATABASE_URL=postgres://bellhop:password@db.internal/bellhop
  $ bellhop start --data /var/lib/bellhop --host 0.0.0.0
`
    )
}

async function start(options: Options): Promise<void> {
  harden()
  delete process.env[DATABASE_VARIABLE]
  const demo = options.demo === true ? await import('../demo.ts').then((m) => m.startDemo(options)) : undefined
  const server = await serve(options, demo?.env ?? {}).catch(async (error: unknown) => {
    await demo?.stop()
    // Nothing should keep the process any more; what does, does not for long: whoever supervises it is to start it again.
    setTimeout(() => process.exit(), LET_GO_MS).unref()
    throw error
  })
  const end = (): void => {
    process.off('SIGTERM', end).off('SIGINT', end)
    void server.stop(GRACE_MS).then(() => demo?.stop())
  }
  process.on('SIGTERM', end).on('SIGINT', end)
  void server.lost.then(() => startAnew(server))
  if (server.title !== undefined) console.log(server.title)
  console.log(`listening ${server.url}`)
  if (server.setupUrl !== undefined) console.log(`set up ${server.setupUrl}`)
  await demo?.present(server)
  flushCompileCache()
  // Not at once: the first requests would wait for it.
  setTimeout(giveBackMemory, SETTLED_MS).unref()
}

/** Whoever supervises this process starts it again, under a new name. */
async function startAnew(server: RunningServer): Promise<void> {
  console.error('bellhop: this node was away for too long, and others have its runs: it ends to be started anew')
  setTimeout(() => process.exit(LOST), LET_GO_MS)
  await server.stop(0).catch(() => {})
  process.exit(LOST)
}

/** The server is loaded here, because every other command does without it, and while the writer thread loads too. */
async function serve(options: Options, more: Record<string, string>): Promise<RunningServer> {
  const { openDatabase } = await import('../database.ts')
  const opening = openDatabase({ ...options, env: process.env })
  const [database, { startServer }] = await Promise.all([opening, import('../compose.ts')])
  return startServer({ ...options, env: { ...process.env, ...more } }, database)
}

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Fault('bad_port', '--port (or BELLHOP_PORT) is not a number between 0 and 65535', {
    hint: 'Write --port 4000, or --port 0 for any that is free.'
  })
}
