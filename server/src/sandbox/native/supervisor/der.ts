/** Just enough DER (X.690) for certificates: Node's own crypto makes keys and signatures, and no certificates. */

export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content])
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts)
export const octets = (...parts: readonly Uint8Array[]): Buffer => der(0x04, ...parts)
export const yes = der(0x01, Buffer.from([0xff]))
/** @param unused bits of the last byte */
export const bits = (bytes: Uint8Array, unused = 0): Buffer => der(0x03, Buffer.from([unused]), bytes)
/** @param hex the identifier as it is encoded */
export const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
/** A whole number: big endian, two's complement, as short as it can be. */
export const integer = (bytes: Uint8Array): Buffer => der(0x02, bytes)

/** UTCTime, as RFC 5280 wants it until 2050 (section 4.1.2.5). */
export const time = (date: Date): Buffer =>
  der(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`))
