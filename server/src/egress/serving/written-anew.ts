/**
 * From what sandboxed code sent to a request that can be written anew. What belongs to the code's own connection stays
 * behind; what asks for another host, a proxy or a tunnel is refused. Rule 4 of the door.
 */
import { Fault } from '@bellhop/sdk'
import type { RawHeader } from '../exchange.ts'
import { nameOf, type Target } from '../hosts.ts'
import { checkMethod, isDropped, isFieldValue, isToken, parseUrl, type Draft, type Header } from '../request.ts'

/** A request as Node's parser has read it. */
export interface Incoming {
  method: string
  /** The request target (RFC 9112, section 3.2). */
  url: string
  headers: readonly RawHeader[]
}

/** What the door can undo. */
const CODINGS = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'identity'])

/**
 * @param target where the connection goes that the request came on
 * @throws Fault `bad_request_url`, `bad_request_method`, `bad_request_header`, `foreign_host`; none quotes its input
 */
export function writtenAnew(incoming: Incoming, target: Target): Draft {
  const method = checkMethod(incoming.method)
  if (!incoming.url.startsWith('/')) throw absolute(target)
  const { url } = parseUrl(target.origin + incoming.url)
  return { method, url, target, headers: headersOf(incoming.headers, target), body: undefined }
}

function headersOf(raw: readonly RawHeader[], target: Target): Header[] {
  const headers: Header[] = []
  const connection = connectionOptions(raw)
  let hosts = 0
  for (const [spelled, value] of raw) {
    const name = spelled.toLowerCase()
    if (!isToken(name) || !isFieldValue(value)) throw badHeader('a header of the request cannot be sent as it stands')
    if (name === 'host') {
      hosts++
      checkHost(value, target)
    } else if (name.startsWith('proxy-') && name !== 'proxy-connection') {
      throw badHeader(`the header ${name} speaks to a proxy, and there is none`)
    } else if (!isDropped(name) && name !== 'upgrade' && !connection.has(name)) {
      headers.push([name, name === 'accept-encoding' ? decodable(value) : value, spelled])
    }
  }
  if (hosts === 1) return headers
  throw badHeader(hosts === 0 ? 'the request names no host' : 'the request names its host twice')
}

/** What belongs to the connection alone (RFC 9110, section 7.6.1). */
function connectionOptions(raw: readonly RawHeader[]): ReadonlySet<string> {
  const options = new Set<string>()
  for (const [name, value] of raw) {
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue
    for (const option of value.split(',')) options.add(option.trim().toLowerCase())
  }
  return options
}

/** Without codings that could not be searched for credentials. */
function decodable(value: string): string {
  const kept = value.split(',').filter((one) => CODINGS.has((one.split(';')[0] ?? '').trim().toLowerCase()))
  return kept.length === 0 ? 'identity' : kept.join(',').trim()
}

function checkHost(value: string, target: Target): void {
  const named = /[/?#@\\]/.test(value) ? null : URL.parse(`${target.protocol}//${value}`)
  if (named !== null && parseUrl(named.href).target.origin === target.origin) return
  throw new Fault('foreign_host', `a request on a connection to ${nameOf(target)} may not name another host`, {
    hint: 'Connect to the host that the Host header names.'
  })
}

function absolute(target: Target): Fault {
  return new Fault('bad_request_url', `${nameOf(target)} was asked to pass a request on, as if it were a proxy`, {
    hint: 'Call the host itself: the way out is the same for all, and needs no proxy.'
  })
}

function badHeader(message: string): Fault {
  return new Fault('bad_request_header', message, { hint: 'Leave it out, or correct it.' })
}
