/**
 * Loaded into the server before itself (`--import`): a piece of internet in which some hosts are stand-ins. Their names
 * lead to a public address, which the door judges as any other, and connections to it end at the stand-in's port on the
 * loopback. The host's name, its port and TLS stay what they are, and so does every line of the server.
 */
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import { Socket } from 'node:net'

type Lookup = (
  host: string,
  options: { all?: boolean },
  told: (error: Error | null, found?: unknown, family?: number) => void
) => void
interface Dialled {
  host?: string
  port?: number | string
  lookup?: Lookup
}

const LOOPBACK = { address: '127.0.0.1', family: 4 }
/** Of the hosts' documentation; a stranger's code may go there. */
const PUBLIC = { address: '93.184.215.14', family: 4 }

/** Ports by host. */
const standIns = new Map(Object.entries(JSON.parse(process.env['BELLHOP_TEST_STAND_INS'] ?? '{}') as object))

const { lookup } = dns as unknown as { lookup: Lookup }
const named: Lookup = (host, options, told) => {
  if (!standIns.has(host)) return lookup(host, options, told)
  queueMicrotask(() => told(null, options.all === true ? [PUBLIC] : PUBLIC.address, PUBLIC.family))
}
Object.assign(dns, { lookup: named })
syncBuiltinESMExports()

const socket = Socket.prototype as unknown as { connect: (this: Socket, ...args: unknown[]) => Socket }
const { connect } = socket
socket.connect = function (dialled, ...rest) {
  // `net.connect` hands on a list whose first is the options.
  const options = (Array.isArray(dialled) ? (dialled as unknown[])[0] : dialled) as Dialled
  const port = standIns.get(options?.host ?? '') as number | undefined
  if (port !== undefined && Number(options.port) === 443) Object.assign(options, toStandIn(options, port))
  return connect.call(this, dialled, ...rest)
}

/** Asks as the dialler wants it asked; whatever is let through is the stand-in. */
function toStandIn({ lookup: ask = named }: Dialled, port: number): Dialled {
  return {
    port,
    lookup: (host, options, told) => {
      ask(host, options, (error) => {
        if (error === null) told(null, options.all === true ? [LOOPBACK] : LOOPBACK.address, LOOPBACK.family)
        else told(error)
      })
    }
  }
}
