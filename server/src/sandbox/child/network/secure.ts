/**
 * TLS inside a sandbox process: the server does it, so what is written here is plain. To the code the socket looks like one
 * whose handshake went well; where the server's did not, the socket ends with its error. Over a stream that is given
 * (a tunnel), TLS is Node's own, in here.
 */
import net, { type Socket } from 'node:net'
import type tlsModule from 'node:tls'
import type { TLSSocket } from 'node:tls'
import type { ChildChannel } from '../channel.ts'
import { link, normalizeArgs, targetOf } from './sockets.ts'

type Options = tlsModule.ConnectionOptions & { _agentKey?: string }

type Looks = Partial<Record<keyof TLSSocket | 'secureConnecting' | 'servername', unknown>>

export function installSecure(tls: typeof tlsModule, channel: ChildChannel): void {
  const { connect } = tls
  const SecureSocket = secureSocket(tls)
  const secureConnect = (...args: unknown[]): Socket => {
    const [options, connected] = optionsOf(args)
    if (options.socket !== undefined && options.socket !== null) return connect(options, connected)
    if (hasOwnTrust(options)) {
      return connect({ ...options, socket: net.connect(options as net.NetConnectOpts) }, connected)
    }
    // Made as Node's class makes it, with the looks of a TLS socket.
    const socket = Reflect.construct(net.Socket, [options], SecureSocket) as Socket
    const target = targetOf({ ...options, host: hostOf(options) }, true)
    const looks: Looks = {
      encrypted: true,
      authorized: false,
      authorizationError: null,
      secureConnecting: true,
      servername: options.servername ?? (net.isIP(target.host) === 0 ? target.host : false),
      alpnProtocol: namesHttp1(options.ALPNProtocols) ? 'http/1.1' : false
    }
    Object.assign(socket, looks)
    if (connected !== undefined) socket.once('secureConnect', connected)
    if (options.timeout !== undefined) socket.setTimeout(options.timeout)
    link(socket, channel, target, () => {
      Object.assign(socket, { authorized: true, secureConnecting: false } satisfies Looks)
      socket.once('connect', () => process.nextTick(() => socket.destroyed || socket.emit('secureConnect')))
    })
    return socket
  }
  Object.assign(tls, { connect: secureConnect })
}

/** As `tls.connect` reads its arguments: options may come after a port and a host. */
function optionsOf(args: unknown[]): [Options, (() => void) | undefined] {
  const [first, callback] = normalizeArgs(args)
  const more = [args[1], args[2]].find((arg) => typeof arg === 'object' && arg !== null)
  return [{ ...first, ...(args[0] === more ? {} : more) } as Options, callback ?? undefined]
}

/**
 * Whether certificates of the code's own are meant, as those of many databases are: TLS is then spoken in here, over a
 * tunnel. HTTP goes through the door all the same, which knows the public authorities and the operator's.
 */
function hasOwnTrust({ ca, cert, pfx, secureContext, ALPNProtocols, _agentKey: agent }: Options): boolean {
  if (agent !== undefined || namesHttp1(ALPNProtocols)) return false
  return [ca, cert, pfx, secureContext].some((one) => one !== undefined && one !== null)
}

/** Code that resolved the name itself still says which one it means. */
function hostOf({ host, servername }: Options): string | undefined {
  const isAddress = host !== undefined && net.isIP(host) !== 0
  return isAddress && typeof servername === 'string' && servername !== '' ? servername : host
}

function namesHttp1(protocols: unknown): boolean {
  return Array.isArray(protocols) && protocols.includes('http/1.1')
}

/** What a TLS socket can be asked, without a TLS of its own. Made without its constructor, which would want one. */
function secureSocket(tls: typeof tlsModule): typeof TLSSocket {
  return class SecureSocket extends tls.TLSSocket {
    override disableRenegotiation(): void {}
    override enableTrace(): void {}
    override exportKeyingMaterial(): never {
      throw Object.assign(new Error('the keys of a connection are not in this process'), {
        code: 'ERR_TLS_INVALID_STATE'
      })
    }
    override getCertificate(): object {
      return {}
    }
    override getCipher(): tlsModule.CipherNameAndProtocol {
      return { name: 'TLS_AES_256_GCM_SHA384', standardName: 'TLS_AES_256_GCM_SHA384', version: 'TLSv1.3' }
    }
    override getEphemeralKeyInfo(): object {
      return {}
    }
    override getFinished(): undefined {}
    // The server has checked it against this name.
    override getPeerCertificate(): tlsModule.DetailedPeerCertificate {
      const name = String(Reflect.get(this, 'servername'))
      return { subject: { CN: name }, issuer: {}, subjectaltname: `DNS:${name}` } as tlsModule.DetailedPeerCertificate
    }
    override getPeerFinished(): undefined {}
    override getPeerX509Certificate(): undefined {}
    override getProtocol(): string {
      return 'TLSv1.3'
    }
    override getSession(): undefined {}
    override getSharedSigalgs(): string[] {
      return []
    }
    override getTLSTicket(): undefined {}
    override getX509Certificate(): undefined {}
    override isSessionReused(): boolean {
      return false
    }
    override renegotiate(): undefined {}
    override setKeyCert(): void {}
    override setMaxSendFragment(): boolean {
      return true
    }
    setServername(): void {}
    setSession(): void {}
  }
}
