/**
 * The network inside a sandbox process. A process without network has no sockets, so each one that code opens becomes a
 * connection over the channel: whatever is built on `node:net` and `node:tls` (`node:http`, `node:https`, `fetch`, and what
 * npm builds on those) works as it is. The server speaks TLS in the code's stead and sees requests in plain.
 *
 * It runs before any foreign line does. Nothing here keeps code from anything: that is the server's part.
 */
import type dns from 'node:dns'
import type http from 'node:http'
import type http2 from 'node:http2'
import type tls from 'node:tls'
import type { ChildChannel } from '../channel.ts'
import { installFetch, limitHttp } from './agents.ts'
import { installHttp2 } from './http2.ts'
import { installNames } from './names.ts'
import { installSecure } from './secure.ts'
import { installSockets } from './sockets.ts'

/** Changes a module's exports in place, before code sees the module for the first time. */
export type Preparations = Readonly<Record<'tls' | 'dns' | 'http' | 'https' | 'http2', (module: object) => void>>

/**
 * Makes every connection that code opens one over the channel: sockets at once, and the modules on top of them when code
 * first asks for one of them, because they take as long to load as the rest of the process.
 */
export function installNetwork(channel: ChildChannel): Preparations {
  installSockets(channel)
  installFetch(channel)
  return {
    tls: (module) => installSecure(module as typeof tls, channel),
    dns: (module) => installNames(module as typeof dns),
    http: (module) => limitHttp(module as typeof http),
    https: (module) => limitHttp(module as typeof http),
    http2: (module) => installHttp2(module as typeof http2)
  }
}
