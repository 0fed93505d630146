/**
 * What an IP address reaches: the internet, this machine, a private network, or a cloud's metadata service.
 *
 * An IPv6 address can carry an IPv4 one (RFC 4291, 6052, 3056, 4380, 5214, 8215), and whatever translates it on the way
 * delivers to that one. So every address is judged by itself and by all that it may carry, and the worst verdict
 * counts. Keeps rule 3 of the door.
 */
import ipaddr from 'ipaddr.js'

export type Reach = 'public' | 'loopback' | 'private' | 'metadata'

/**
 * Addresses at which clouds answer with credentials of the machine. The first is the link-local range, which AWS
 * (169.254.169.254, .170.2, .170.23), Azure, Google, DigitalOcean, Hetzner, Tencent (.0.23), Scaleway (.42.42) and
 * OpenStack use; the others are where vendors' documentation says that they left it.
 */
const METADATA = [
  '169.254.0.0/16',
  '100.100.100.200/32', // Alibaba Cloud
  '192.0.0.192/32', // Oracle Cloud, classic
  '168.63.129.16/32', // Azure's wire server
  'fd00:ec2::/32', // AWS: instance metadata, EKS pod identity
  'fd20:ce::254/128', // Google Cloud
  'fd00:c1::a9fe:a9fe/128', // Oracle Cloud
  'fd00:42::42/128', // Scaleway
  'fd00:a9fe:a9fe::1/128', // Akamai (Linode)
  'fd00:100::100:200/128', // Alibaba Cloud
  'fe80::a9fe:a9fe/128' // OpenStack, Hetzner
].map((range) => ipaddr.parseCIDR(range))

/** Names of metadata services, which some clouds serve at addresses of their own choice. */
const METADATA_NAMES = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.tencentyun.com',
  'metadata.packet.net',
  'metadata.platformequinix.com',
  'instance-data',
  'instance-data.ec2.internal',
  'rancher-metadata',
  'rancher-metadata.rancher.internal'
])

const SEVERITY: Record<Reach, number> = { public: 0, loopback: 1, private: 2, metadata: 3 }

/** Whether `host` (canonical) names a metadata service. */
export function isMetadataName(host: string): boolean {
  return METADATA_NAMES.has(host)
}

/**
 * What `address` (an IPv4 or IPv6 literal, without brackets) reaches. Text that is no address counts as private.
 */
export function reachOf(address: string): Reach {
  if (!ipaddr.isValid(address)) return 'private'
  const parsed = ipaddr.parse(address)
  return parsed instanceof ipaddr.IPv4 ? reachOfV4(parsed) : reachOfV6(parsed)
}

function reachOfV4(address: ipaddr.IPv4): Reach {
  if (isMetadata(address)) return 'metadata'
  const range = address.range()
  if (range === 'loopback') return 'loopback'
  return range === 'unicast' ? 'public' : 'private'
}

function reachOfV6(address: ipaddr.IPv6): Reach {
  if (isMetadata(address)) return 'metadata'
  const range: string = address.range()
  if (range === 'loopback') return 'loopback'
  if (range === 'ipv4Mapped') return reachOfV4(address.toIPv4Address())
  let worst: Reach = carriesPublicly(address, range) ? 'public' : 'private'
  for (const inner of embedded(address)) {
    // Only a mapped address is the loopback interface itself; behind a translator 127.0.0.1 is somebody's inside.
    const reach = reachOfV4(inner) === 'loopback' ? 'private' : reachOfV4(inner)
    if (SEVERITY[reach] > SEVERITY[worst]) worst = reach
  }
  return worst
}

/** Whether the outer range is one that the internet routes, so that the embedded address decides. */
function carriesPublicly(address: ipaddr.IPv6, range: string): boolean {
  if (range === 'rfc6052') return address.match(NAT64, 96) // not RFC 8215's local use
  return (range === 'unicast' && !isCompatible(address)) || range === '6to4' || range === 'teredo'
}

const NAT64 = ipaddr.IPv6.parse('64:ff9b::')
const NAT64_LOCAL = ipaddr.IPv6.parse('64:ff9b:1::')
const TEREDO = ipaddr.IPv6.parse('2001::')
const SIX_TO_FOUR = ipaddr.IPv6.parse('2002::')
const TRANSLATED = ipaddr.IPv6.parse('::ffff:0:0:0')

/** `::a.b.c.d`, deprecated by RFC 4291, section 2.5.5.1. */
function isCompatible(address: ipaddr.IPv6): boolean {
  return address.parts.slice(0, 6).every((part) => part === 0)
}

/** Every IPv4 address that a translator could find in `address`. */
function embedded(address: ipaddr.IPv6): ipaddr.IPv4[] {
  const bytes = address.toByteArray()
  const at = (...positions: number[]): ipaddr.IPv4 => new ipaddr.IPv4(positions.map((i) => bytes[i] ?? 0))
  const last = at(12, 13, 14, 15)
  if (isCompatible(address) || address.match(NAT64, 96) || address.match(TRANSLATED, 96)) return [last]
  if (address.match(SIX_TO_FOUR, 16)) return [at(2, 3, 4, 5), ...isatap(bytes, last)]
  // The client's address stands inverted, the server's as it is (RFC 4380, section 4).
  if (address.match(TEREDO, 32)) return [new ipaddr.IPv4(last.octets.map((octet) => octet ^ 0xff)), at(4, 5, 6, 7)]
  // The prefix length is the network's choice: RFC 6052, section 2.2, skips byte 8.
  if (address.match(NAT64_LOCAL, 48)) return [at(6, 7, 9, 10), at(7, 9, 10, 11), at(9, 10, 11, 12), last]
  return isatap(bytes, last)
}

/** RFC 5214, section 6.1: the interface identifier is `[02]00:5efe` and the IPv4 address. */
function isatap(bytes: readonly number[], last: ipaddr.IPv4): ipaddr.IPv4[] {
  const isIdentifier = (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe
  return isIdentifier ? [last] : []
}

function isMetadata(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return METADATA.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits))
}
