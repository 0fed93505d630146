/**
 * `net.Socket` over the channel. A socket that connects gets a link, a stream of the channel that its bytes go through; all
 * else of it is Node's own class. Sockets without a link (the process's own pipe) are as they were.
 *
 * A link counts as connected at once: what is written travels behind the request to open it, and saves a round trip. That
 * it was refused is an error of the socket, as a reset would be.
 */
import net, { type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Target } from '../../protocol/messages.ts'
import type { ChildChannel } from '../channel.ts'
import { addressOf, nameOf } from './names.ts'

type Done = (error?: Error | null) => void
type Chunks = readonly { chunk: string | Buffer; encoding: BufferEncoding }[]

interface ConnectOptions {
  host?: unknown
  port?: unknown
  path?: unknown
}

interface Link {
  stream: Duplex
  bytesRead: number
  bytesWritten: number
}

/** What of a socket Node does not document, and this module stands in for. */
interface Inner extends Socket {
  connecting: boolean
}

const links = new WeakMap<object, Link>()
/** Puts a socket's timeout off. */
const touch = method(net.Socket.prototype, '_unrefTimer')
/** Node documents neither; both have been there since its first versions. */
export const normalizeArgs = Reflect.get(net, '_normalizeArgs') as (
  args: unknown[]
) => [ConnectOptions, (() => void) | null]

/** Where somebody wants to connect. @throws RangeError for a port that is none */
export function targetOf({ host, port }: ConnectOptions, tls: boolean): Target {
  const number = Number(port)
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw Object.assign(new RangeError('the port has to be from 1 to 65535'), { code: 'ERR_SOCKET_BAD_PORT' })
  }
  return { host: nameOf(typeof host === 'string' ? host : 'localhost'), port: number, tls }
}

/**
 * Gives a socket its link.
 * @param connected called once it counts as connected, before the socket's own events
 */
export function link(socket: Socket, channel: ChildChannel, target: Target, connected?: () => void): void {
  const inner = socket as Inner
  const stream = channel.open(target)
  const one: Link = { stream, bytesRead: 0, bytesWritten: 0 }
  links.set(socket, one)
  Object.defineProperties(socket, getters)
  const address = addressOf(target.host)
  Reflect.set(socket, '_peername', { address, family: net.isIPv6(address) ? 'IPv6' : 'IPv4', port: target.port })
  inner.connecting = true
  stream.on('data', (chunk: Buffer) => {
    one.bytesRead += chunk.length
    touch.call(socket)
    if (!socket.push(chunk)) stream.pause()
  })
  stream.on('end', () => socket.push(null))
  stream.on('error', (error) => socket.destroy(error))
  stream.on('close', () => {
    if (!stream.readableEnded) socket.destroy()
  })
  process.nextTick(() => {
    if (socket.destroyed) return
    inner.connecting = false
    connected?.()
    socket.emit('connect')
    socket.emit('ready')
  })
}

export function installSockets(channel: ChildChannel): void {
  const prototype = net.Socket.prototype as Inner
  const destroy = method(prototype, '_destroy')
  const before = {
    _read: method(prototype, '_read'),
    _write: method(prototype, '_write'),
    _writev: method(prototype, '_writev'),
    _final: method(prototype, '_final'),
    _destroy: destroy,
    _getsockname: method(prototype, '_getsockname'),
    ref: method(prototype, 'ref'),
    unref: method(prototype, 'unref'),
    resetAndDestroy: method(prototype, 'resetAndDestroy')
  }
  const replace = (
    name: keyof typeof before,
    linked: (socket: Inner, link: Link, ...args: never[]) => unknown
  ): void => {
    const original = before[name]
    define(prototype, name, function (this: Inner, ...args: unknown[]): unknown {
      const one = links.get(this)
      return one === undefined ? original.apply(this, args) : linked(this, one, ...(args as never[]))
    })
  }
  replace('_read', (_socket, { stream }) => void stream.resume())
  replace('_write', (socket, one, data: string | Buffer, encoding: BufferEncoding, done: Done) => {
    send(socket, one, typeof data === 'string' ? Buffer.from(data, encoding) : data, done)
  })
  replace('_writev', (socket, one, chunks: Chunks, done: Done) => {
    const buffers = chunks.map(({ chunk, encoding }) =>
      typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk
    )
    send(socket, one, Buffer.concat(buffers), done)
  })
  replace('_final', (_socket, { stream }, done: Done) => void stream.end(() => done()))
  replace('_destroy', (socket, { stream }, error: Error | null, done: Done) => {
    stream.destroy()
    destroy.call(socket, error, done)
  })
  replace('_getsockname', () => ({ address: '127.0.0.1', family: 'IPv4', port: 1024 }))
  // Whether the process goes on is not the code's to say, and there is no handle that could be held.
  replace('ref', (socket) => socket)
  replace('unref', (socket) => socket)
  replace('resetAndDestroy', (socket) => socket.destroy())
  define(prototype, 'connect', function (this: Socket, ...args: unknown[]): Socket {
    // `net.connect` hands over what it has normalised.
    const [first] = args
    const [options, connected] = Array.isArray(first)
      ? (first as ReturnType<typeof normalizeArgs>)
      : normalizeArgs(args)
    if (connected !== null) this.once('connect', connected)
    if (typeof options.path === 'string') {
      process.nextTick(() => this.destroy(noPipes()))
      return this
    }
    link(this, channel, targetOf(options, false))
    return this
  })
}

function send(socket: Inner, one: Link, bytes: Buffer, done: Done): void {
  one.bytesWritten += bytes.length
  touch.call(socket)
  // What fails is told by the stream's own error.
  one.stream.write(bytes, () => done())
}

/** Node's own look at the handle, and can't be replaced for all sockets. */
const getters: PropertyDescriptorMap = {
  pending: {
    get(this: Inner) {
      return this.connecting
    }
  },
  bytesRead: {
    get(this: Inner) {
      return links.get(this)?.bytesRead
    }
  },
  _bytesDispatched: {
    get(this: Inner) {
      return links.get(this)?.bytesWritten
    }
  }
}

function method(prototype: object, name: string): (this: unknown, ...args: unknown[]) => unknown {
  return Reflect.get(prototype, name) as (this: unknown, ...args: unknown[]) => unknown
}

function define(prototype: object, name: string, value: unknown): void {
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true })
}

function noPipes(): NodeJS.ErrnoException {
  return Object.assign(new Error("a step can't connect to a local socket"), { code: 'EACCES' })
}
