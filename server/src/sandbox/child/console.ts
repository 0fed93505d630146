/** `console.*` and what code writes to its standard output, as console lines of the call, in order. */
import { formatWithOptions, inspect } from 'node:util'
import type { ChildChannel } from './channel.ts'
import type { LogLevel } from '../protocol/messages.ts'

const LEVELS: Readonly<Record<string, LogLevel>> = {
  debug: 'debug',
  trace: 'debug',
  log: 'info',
  info: 'info',
  dir: 'info',
  table: 'info',
  warn: 'warn',
  error: 'error'
}

export function installConsole(channel: ChildChannel): void {
  // What Node cuts off at 10,000 characters may end within a secret, and of a piece nobody can tell what it was.
  inspect.defaultOptions.maxStringLength = Infinity
  const original = console as unknown as Record<string, (...values: unknown[]) => void>
  for (const [method, level] of Object.entries(LEVELS)) {
    if (method === 'table') continue
    original[method] = (...values) =>
      channel.log(level, method === 'dir' ? inspect(values[0]) : formatWithOptions({ colors: false }, ...values))
  }
  takeOver('stdout', 'info', channel)
  takeOver('stderr', 'error', channel)
}

/** Node's own console methods that are left (`table`, `group`, …) write here too. Most code never does: it is made when asked for. */
function takeOver(name: 'stdout' | 'stderr', level: LogLevel, channel: ChildChannel): void {
  const get = Object.getOwnPropertyDescriptor(process, name)?.get?.bind(process) as () => NodeJS.WriteStream
  let taken: NodeJS.WriteStream | undefined
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get: () => (taken ??= redirected(get(), level, channel))
  })
}

function redirected(stream: NodeJS.WriteStream, level: LogLevel, channel: ChildChannel): NodeJS.WriteStream {
  stream.write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    channel.log(level, text.replace(/\n$/, ''))
    const callback = typeof encoding === 'function' ? encoding : done
    if (typeof callback === 'function') queueMicrotask(callback as () => void)
    return true
  }
  return stream
}
