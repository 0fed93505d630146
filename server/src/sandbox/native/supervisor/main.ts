/**
 * The first process of a step written in Python or Bash: `node supervisor.mjs <scratch folder>`. It starts the proxy, runs the
 * interpreter, passes on what it prints and answers with what it left. It is as little trusted as the code that it runs,
 * which is the same user: whatever it says on the pipe the server takes for a stranger's.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Json } from '@bellhop/sdk'
import { Kind, MAX_LOG, type Frame } from '../../protocol/frames.ts'
import { errorMessage, LOG_LEVELS, type CallMessage, type Target } from '../../protocol/messages.ts'
import { Pipe } from '../../protocol/pipe.ts'
import { Authority } from './authority.ts'
import { limited, runStep } from './interpreter.ts'
import type { NativeInput, ProbeAnswer, ProbeInput } from './messages.ts'
import { startProxy } from './proxy.ts'
import { Questions } from './questions.ts'

const [, , scratch = '/tmp'] = process.argv
/** More than the server keeps of a step's lines, and less than it puts up with. */
const MAX_LOG_BYTES = 1 << 20
const INFO = LOG_LEVELS.indexOf('info')

// Without its server this process is nothing. What it started ends with its namespace, or its user.
const leave = (): never => process.exit(0)
const pipe = new Pipe(new Socket({ fd: 3, readable: true, writable: true }), { message: receive, over: leave })
const questions = new Questions()
let nextStream = 1
let logBytes = MAX_LOG_BYTES

// Where memory gets short, the kernel ends these processes first.
writeFileSync('/proc/self/oom_score_adj', '1000')
pipe.send(Kind.ready, 0)

function receive(frame: Frame): void {
  if (frame.kind === Kind.call) void answer(frame.id, JSON.parse(frame.payload.toString()) as CallMessage)
  else if (frame.kind === Kind.cancel) leave()
  else questions.settle(frame)
}

async function answer(id: number, { env, input }: CallMessage): Promise<void> {
  try {
    const given = input as unknown as NativeInput | ProbeInput
    const result = 'probe' in given ? probe(given) : await run(given, env, id)
    pipe.send(Kind.result, id, JSON.stringify(result))
  } catch (error) {
    pipe.send(Kind.failure, id, JSON.stringify(errorMessage(error)))
  }
}

async function run(input: NativeInput, declared: Readonly<Record<string, string>>, id: number): Promise<Json> {
  const env = { ...(await surroundings()), ...declared }
  const answer = await runStep(input, {
    scratch,
    env,
    log: (text) => log(id, text),
    ask: (operation, asked) => questions.ask(pipe, operation, asked)
  })
  return answer as unknown as Json
}

function log(id: number, text: string): void {
  if (logBytes <= 0) return
  const line = Buffer.from(`\0${text}`).subarray(0, MAX_LOG)
  line[0] = INFO
  logBytes -= line.length
  pipe.send(Kind.log, id, line)
}

/** The variables that are set besides those that the workflow declares: where things are, and the way out. */
async function surroundings(): Promise<Record<string, string>> {
  const authority = new Authority()
  const secret = randomBytes(18).toString('base64url')
  const folder = join(scratch, '.bellhop')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const certificate = join(folder, 'ca.pem')
  writeFileSync(certificate, authority.certificate, { mode: 0o600 })
  const open = (target: Target) => {
    const stream = pipe.stream(nextStream++)
    pipe.send(Kind.open, nextStream - 1, JSON.stringify(target))
    return stream.on('error', () => undefined)
  }
  const proxy = `http://bellhop:${secret}@127.0.0.1:${await startProxy({ authority, secret, open })}`
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: scratch,
    TMPDIR: scratch,
    LANG: 'C.UTF-8',
    ...Object.fromEntries(['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].map((name) => [name, proxy])),
    ...Object.fromEntries(CERTIFICATE_VARIABLES.map((name) => [name, certificate])),
    NODE_USE_ENV_PROXY: '1'
  }
}

/** OpenSSL and what is built on it, Python's requests, curl, git and Node. */
const CERTIFICATE_VARIABLES = [
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'NODE_EXTRA_CA_CERTS'
]

/** What there is, found as a step would find it. */
function probe({ probe: { interpreters, hidden, limits } }: ProbeInput): Json {
  const answer: ProbeAnswer = {
    versions: {},
    devices: Object.keys(networkInterfaces()),
    user: process.getuid?.() ?? 0,
    seen: hidden.filter(isReadable),
    processes: readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length
  }
  for (const [language, path] of Object.entries(interpreters)) {
    const [file = '', ...args] = limited([path, '--version'], limits)
    const said = execFileSync(file, args, { env: { PATH: process.env['PATH'] }, timeout: 5_000 }).toString()
    answer.versions[language as keyof ProbeAnswer['versions']] = /\d+\.\d+(?:\.\d+)?/.exec(said)?.[0] ?? 'unknown'
  }
  return answer as unknown as Json
}

function isReadable(path: string): boolean {
  try {
    return existsSync(path) && readdirSync(path).length >= 0
  } catch {
    return false
  }
}
