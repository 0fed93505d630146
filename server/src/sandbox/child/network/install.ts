import net from 'node:net'
import { syncBuiltinESMExports } from 'node:module'
import type { ChildChannel } from '../channel.ts'

/** Makes `net.connect` open connections through the channel. */
export function installNetwork(channel: ChildChannel): void {
  const connect = (options: { host?: string; port: number }) =>
    channel.open({ host: options.host ?? 'localhost', port: options.port, tls: false })
  Object.assign(net, { connect, createConnection: connect })
  syncBuiltinESMExports()
}
