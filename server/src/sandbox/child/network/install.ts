/**
 * The network inside a sandbox process. A process without network has no sockets, so each one that code opens becomes a
 * connection over the channel: whatever is built on `node:net` and `node:tls` (`node:http`, `node:https`, `fetch`, and what
 * npm builds on those) works as it is. The server speaks TLS in the code's stead and sees requests in plain.
 *
 * It runs before any foreign line does. Nothing here keeps code from anything: that is the server's part.
 */
import { syncBuiltinESMExports } from 'node:module'
import type { ChildChannel } from '../channel.ts'
import { installHttp2 } from './http2.ts'
import { installNames } from './names.ts'
import { installSecure } from './secure.ts'
import { installSockets } from './sockets.ts'

/** Makes every connection that code opens one over the channel. */
export function installNetwork(channel: ChildChannel): void {
  installNames()
  installSockets(channel)
  installSecure(channel)
  installHttp2()
  syncBuiltinESMExports()
}
