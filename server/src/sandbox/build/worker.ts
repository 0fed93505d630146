/**
 * A process that builds, as the server sees it. It is Node with `--permission` and a list of what it may: everything else is
 * refused to it, the data directory and npm's configuration among it, and its environment is empty but for what the network
 * needs. Nothing that it answers is believed unread.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, sep } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { Fault } from '@bellhop/sdk'
import type { z } from 'zod'
import { lookAtTree, Watch, type Usage, type Watched } from '../watch.ts'
import { LIMITS } from './limits.ts'
import { answerSchema } from './messages.ts'

/** What a process may do besides computing. */
interface Permissions {
  /** Its file, in this folder. */
  entry: string
  /** Packages of Bellhop's own that it imports. */
  packages: readonly string[]
  reads: readonly string[]
  writes: readonly string[]
  network: boolean
  /** Whether it may start esbuild. */
  processes: boolean
  env: Readonly<Record<string, string>>
}

/** Asks the registry and fetches archives into the folder. */
export function startInstaller(
  archives: string,
  env: Readonly<Record<string, string | undefined>>,
  progress: (line: string) => void,
  signal: AbortSignal
): BuildWorker {
  const permissions = {
    entry: 'install/install.ts',
    packages: ['semver', 'zod'],
    reads: [archives],
    writes: [archives],
    network: true,
    processes: false,
    env: networkOf(env)
  }
  return new BuildWorker(permissions, progress, signal)
}

/** Reads archives out of the folder, and has esbuild bundle what it read. */
export function startBundler(archives: string, progress: (line: string) => void, signal: AbortSignal): BuildWorker {
  const permissions = {
    entry: 'bundle/bundle.ts',
    packages: ['acorn', 'esbuild', `@esbuild/${process.platform}-${process.arch}`, 'semver', 'zod'],
    reads: [archives],
    writes: [],
    network: false,
    processes: true,
    env: {}
  }
  return new BuildWorker(permissions, progress, signal)
}

/** Whom to trust on the network, and which way to go. Nothing else of the environment, which may hold credentials. */
const NETWORK =
  /^(?:NODE_EXTRA_CA_CERTS|NODE_USE_SYSTEM_CA|SSL_CERT_FILE|SSL_CERT_DIR|NODE_USE_ENV_PROXY|(?:https?|no)_proxy)$/i

function networkOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const named = Object.entries(env).filter(
    (entry): entry is [string, string] => NETWORK.test(entry[0]) && entry[1] !== undefined
  )
  const proxied = named.some(([name]) => /^https?_proxy$/i.test(name))
  return { ...(proxied ? { NODE_USE_ENV_PROXY: '1' } : {}), ...Object.fromEntries(named) }
}

const HERE = fileURLToPath(new URL('.', import.meta.url))
const PROTOCOL = fileURLToPath(new URL('../protocol/', import.meta.url))
const SERVER = fileURLToPath(new URL('../../../package.json', import.meta.url))

/** esbuild has a memory of its own, which no flag of Node limits. */
const watch = new Watch(lookAtTree)

export class BuildWorker implements Watched {
  readonly ready = true
  readonly scratch = undefined
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #progress: (line: string) => void
  readonly #signal: AbortSignal
  #tooLarge = false
  #waiting: { resolve: (done: unknown) => void; reject: (error: Error) => void } | undefined

  constructor(permissions: Permissions, progress: (line: string) => void, signal: AbortSignal) {
    const child = spawn(process.execPath, argumentsOf(permissions), {
      env: permissions.env,
      cwd: '/',
      stdio: ['pipe', 'pipe', 'ignore']
    })
    this.#child = child
    this.#progress = progress
    this.#signal = signal
    child.stdin.on('error', () => undefined)
    child.on('error', () => this.#lost())
    child.on('exit', () => this.#lost())
    watch.add(this)
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line))
    signal.addEventListener('abort', () => this.#child.kill('SIGKILL'), { once: true })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  used({ memory }: Usage): void {
    if (memory <= LIMITS.memoryMb * 1024 * 1024) return
    this.#tooLarge = true
    this.#child.kill('SIGKILL')
  }

  overfull(): void {}

  /**
   * One request at a time.
   * @throws Fault what the process says, `build_timed_out`, `build_too_large` or `build_failed`
   */
  async ask<S extends z.ZodType>(request: object, schema: S): Promise<z.output<S>> {
    this.#signal.throwIfAborted()
    const answer = new Promise<unknown>((resolve, reject) => (this.#waiting = { resolve, reject }))
    this.#child.stdin.write(`${JSON.stringify(request)}\n`)
    const read = schema.safeParse(await answer)
    if (read.success) return read.data
    throw failed()
  }

  /** Ends the process, and waits until it is gone. */
  async end(): Promise<void> {
    const { exitCode, signalCode, pid } = this.#child
    if (pid === undefined || exitCode !== null || signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
  }

  #hear(line: string): void {
    const answer = answerSchema.safeParse(parsed(line))
    if (!answer.success) return this.#settle(failed())
    if ('progress' in answer.data) return this.#progress(answer.data.progress)
    if ('done' in answer.data) return this.#settle(undefined, answer.data.done)
    const { code, message, hint } = answer.data.failed
    this.#settle(new Fault(code, message, { status: 422, ...(hint === undefined ? {} : { hint }) }))
  }

  #lost(): void {
    watch.delete(this)
    this.#settle(this.#tooLarge ? tooLarge() : this.#signal.aborted ? timedOut() : failed())
  }

  #settle(error: Error | undefined, done?: unknown): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (error === undefined) waiting?.resolve(done)
    else waiting?.reject(error)
  }
}

function argumentsOf({ entry, packages, reads, writes, network, processes }: Permissions): string[] {
  const folders = [HERE, PROTOCOL, SERVER, ...['@bellhop/sdk', ...packages].flatMap(foldersOf)]
  return [
    '--permission',
    '--no-warnings',
    '--disable-sigusr1',
    `--max-old-space-size=${LIMITS.heapMb}`,
    ...[...folders, ...reads].map((path) => `--allow-fs-read=${path}`),
    ...writes.map((path) => `--allow-fs-write=${path}`),
    ...(network ? ['--allow-net'] : []),
    ...(processes ? ['--allow-child-process'] : []),
    join(HERE, entry)
  ]
}

/** The folder of an installed package, and where it is if that is a link. */
function foldersOf(name: string): string[] {
  const require = createRequire(import.meta.url)
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return [join(folder, name) + sep, realpathSync(join(folder, name)) + sep]
    } catch {
      continue
    }
  }
  throw new Error(`the package ${name} is not installed`)
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function failed(): Fault {
  return new Fault('build_failed', 'the process that builds the code ended before it was done', {
    status: 500,
    hint: 'Deploy again; if it stays, import smaller packages.'
  })
}

function tooLarge(): Fault {
  return new Fault('build_too_large', `building needed more than ${LIMITS.memoryMb} MB of memory`, {
    status: 422,
    hint: 'Import smaller packages, or a part of them.'
  })
}

function timedOut(): Fault {
  return new Fault('build_timed_out', `building took longer than ${LIMITS.timeMs / 1_000} seconds`, {
    status: 422,
    hint: 'Deploy again: what was fetched so far is kept.'
  })
}
