/**
 * The certificate authority of one step's process: what its code speaks TLS with is the proxy beside it, and this
 * authority, which nobody else trusts and whose key is in memory only, vouches for the proxy. Certificates follow RFC 5280
 * closely, because Python from 3.13 on takes no others.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { bits, der, integer, octets, oid, sequence, time, yes } from './der.ts'

const DAY = 86_400_000
const ECDSA_SHA256 = '2a8648ce3d040302'
const COMMON_NAME = '550403'
const SUBJECT_KEY = '551d0e'
const KEY_USAGE = '551d0f'
const ALTERNATIVE_NAME = '551d11'
const BASIC_CONSTRAINTS = '551d13'
const AUTHORITY_KEY = '551d23'
const EXTENDED_USAGE = '551d25'
const SERVER_AUTH = '2b06010505070301'
/** Bytes of an uncompressed point of P-256: the last of its SubjectPublicKeyInfo. */
const POINT = 65
/** Hosts whose certificates are kept. */
const KEPT = 200

const algorithm = sequence(oid(ECDSA_SHA256))

interface Party {
  name: string
  publicKey: KeyObject
  privateKey: KeyObject
}

export class Authority {
  readonly #root = party('Bellhop, for this step')
  readonly #leaf = party('Bellhop')
  readonly #contexts = new Map<string, SecureContext>()
  /** PEM. */
  readonly certificate = certify(this.#root, this.#root, [
    extension(BASIC_CONSTRAINTS, sequence(yes, integer(Buffer.from([0]))), true),
    // keyCertSign and cRLSign
    extension(KEY_USAGE, bits(Buffer.from([0x06]), 1), true)
  ])

  /** What a server of this host speaks TLS with. */
  contextFor(host: string): SecureContext {
    const known = this.#contexts.get(host)
    if (known !== undefined) return known
    const context = createSecureContext({
      cert: certify(this.#root, this.#leaf, leafExtensions(host)),
      key: this.#leaf.privateKey.export({ type: 'pkcs8', format: 'pem' })
    })
    if (this.#contexts.size >= KEPT) this.#contexts.clear()
    this.#contexts.set(host, context)
    return context
  }
}

function party(name: string): Party {
  return { name, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) }
}

function leafExtensions(host: string): Buffer[] {
  return [
    extension(BASIC_CONSTRAINTS, sequence(), true),
    // digitalSignature
    extension(KEY_USAGE, bits(Buffer.from([0x80]), 7), true),
    extension(EXTENDED_USAGE, sequence(oid(SERVER_AUTH))),
    extension(ALTERNATIVE_NAME, sequence(alternative(host)))
  ]
}

/** RFC 5280, section 4.2.1.6: an address is its bytes. */
function alternative(host: string): Buffer {
  switch (isIP(host)) {
    case 4:
      return der(0x87, Buffer.from(host.split('.').map(Number)))
    case 6:
      return der(0x87, bytesOfIpv6(host))
    default:
      return der(0x82, Buffer.from(host, 'latin1'))
  }
}

/** A URL parser writes out a mapped IPv4 address in hex. */
function bytesOfIpv6(host: string): Buffer {
  const [left = '', right] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const [first, last] = [groups(left), groups(right ?? '')]
  const whole = [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last]
  return Buffer.from(whole.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [yes] : []), octets(value))
}

function certify(issuer: Party, subject: Party, extensions: readonly Buffer[]): string {
  const now = Date.now()
  const body = sequence(
    // Version 3.
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    nameOf(issuer),
    sequence(time(new Date(now - DAY)), time(new Date(now + 7 * DAY))),
    nameOf(subject),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        ...extensions,
        extension(SUBJECT_KEY, octets(keyId(subject))),
        extension(AUTHORITY_KEY, sequence(der(0x80, keyId(issuer))))
      )
    )
  )
  const all = sequence(body, algorithm, bits(sign('sha256', body, issuer.privateKey)))
  return `-----BEGIN CERTIFICATE-----\n${all.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

function nameOf({ name }: Party): Buffer {
  return sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(name)))))
}

function keyId({ publicKey }: Party): Buffer {
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-POINT)
  return createHash('sha1').update(point).digest()
}
