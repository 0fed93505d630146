import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMetadataName, reachOf } from './addresses.ts'

/** Four bytes as IPv6 writes them. */
function hex([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string {
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}

/** An IPv4 address in every form in which IPv6 carries one. */
function carriers(v4: string): Record<string, string> {
  const octets = v4.split('.').map(Number)
  const plain = hex(octets)
  const [a = 0, b = 0, c = 0, d = 0] = octets
  return {
    compatible: `::${plain}`,
    translated: `::ffff:0:${plain}`,
    NAT64: `64:ff9b::${plain}`,
    'NAT64 of local use, /48': `64:ff9b:1:${((a << 8) | b).toString(16)}:${c.toString(16)}:${(d << 8).toString(16)}::`,
    'NAT64 of local use, /96': `64:ff9b:1::${plain}`,
    '6to4': `2002:${plain}::1`,
    'Teredo client': `2001:0:808:808:0:0:${hex(octets.map((octet) => octet ^ 0xff))}`,
    'Teredo server': `2001:0:${plain}:0:0:f7f7:f7f7`,
    ISATAP: `2606:4700::5efe:${plain}`,
    'ISATAP, global': `2606:4700::200:5efe:${plain}`
  }
}

describe('reachOf', () => {
  it.each([
    '8.8.8.8',
    '93.184.216.34',
    '2606:4700:4700::1111',
    '64:ff9b::808:808',
    '2002:808:808::1',
    '::ffff:8.8.8.8'
  ])('finds %s public', (address) => expect(reachOf(address)).toBe('public'))

  it.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'])(
    'finds %s on this machine',
    (address) => expect(reachOf(address)).toBe('loopback')
  )

  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.127.255.255',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::ffff:10.0.0.1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '100::1',
    '2001:db8::1',
    '64:ff9b:1::808:808',
    'nonsense',
    ''
  ])('finds %s private or reserved', (address) => expect(reachOf(address)).toBe('private'))

  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '169.254.0.23',
    '100.100.100.200',
    '192.0.0.192',
    '168.63.129.16',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    'fd00:c1::a9fe:a9fe',
    'fd00:42::42',
    'fd00:a9fe:a9fe::1',
    'fd00:100::100:200',
    'fe80::a9fe:a9fe',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe'
  ])('finds a metadata service at %s', (address) => expect(reachOf(address)).toBe('metadata'))

  it.each(Object.entries(carriers('169.254.169.254')))('finds the metadata service inside a %s address', (_, address) =>
    expect(reachOf(address)).toBe('metadata')
  )

  it.each([...Object.entries(carriers('10.0.0.1')), ...Object.entries(carriers('127.0.0.1'))])(
    'finds a private or loopback address inside a %s address',
    (_, address) => expect(reachOf(address)).toBe('private')
  )

  it('never finds an address better than what it carries', () => {
    const order = ['public', 'loopback', 'private', 'metadata']
    fc.assert(
      fc.property(fc.ipV4(), (v4) => {
        for (const carrier of Object.values(carriers(v4))) {
          expect(order.indexOf(reachOf(carrier))).toBeGreaterThanOrEqual(order.indexOf(reachOf(v4)))
        }
      })
    )
  })
})

it('knows metadata services by name', () => {
  expect(isMetadataName('metadata.google.internal')).toBe(true)
  expect(isMetadataName('metadata.example.com')).toBe(false)
})
