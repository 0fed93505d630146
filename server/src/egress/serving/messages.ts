/**
 * What a vendor says over a WebSocket (RFC 6455), scrubbed message by message: each is put together from its frames,
 * searched as a whole, and framed anew. Compressed ones are none that could be searched; the handshake asks for none.
 */
import { Transform, type TransformCallback } from 'node:stream'
import { badAnswer, tooLarge } from '../failures.ts'
import type { Target } from '../hosts.ts'
import { harmless } from '../scrubbing.ts'
import type { Keyring } from '../../secrets/keyring.ts'

const FINAL = 0x80
const RESERVED = 0x70
const OPCODE = 0x0f
const TEXT = 1
const CLOSE = 8
const MASKED = 0x80
const LENGTH = 0x7f
/** Longest message. */
const MAX_MESSAGE = 16 * 1024 * 1024

interface Frame {
  first: number
  payload: Buffer
  /** Bytes that it takes, with its head. */
  size: number
}

export class ScrubbedMessages extends Transform {
  readonly #keyring: Keyring
  readonly #target: Target
  #held: Buffer[] = []
  #length = 0
  /** Bytes without which there is no use in looking again. */
  #wanted = 2
  #opcode = 0
  #parts: Buffer[] = []
  #message = 0

  constructor(keyring: Keyring, target: Target) {
    super()
    this.#keyring = keyring
    this.#target = target
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#held.push(chunk)
    this.#length += chunk.length
    if (this.#length < this.#wanted) return done()
    try {
      let bytes = Buffer.concat(this.#held)
      for (let frame = this.#frameOf(bytes); frame !== undefined; frame = this.#frameOf(bytes)) {
        bytes = bytes.subarray(frame.size)
        this.#take(frame)
      }
      this.#held = [bytes]
      this.#length = bytes.length
      done()
    } catch (error) {
      done(error instanceof Error ? error : new Error('not read'))
    }
  }

  /** The frame that the bytes begin with, once it is whole. */
  #frameOf(bytes: Buffer): Frame | undefined {
    const first = bytes[0] ?? 0
    const second = bytes[1] ?? 0
    const short = second & LENGTH
    const start = short === 127 ? 10 : short === 126 ? 4 : 2
    this.#wanted = start
    if (bytes.length < start) return undefined
    // RFC 6455, section 5.1: a server masks nothing.
    if ((first & RESERVED) !== 0 || (second & MASKED) !== 0) throw badAnswer(this.#target, 'is no WebSocket message')
    const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short
    if (length + this.#message > MAX_MESSAGE) throw tooLarge(this.#target, MAX_MESSAGE)
    this.#wanted = start + length
    if (bytes.length < this.#wanted) return undefined
    return { first, payload: bytes.subarray(start, start + length), size: start + length }
  }

  #take({ first, payload }: Frame): void {
    const opcode = first & OPCODE
    if (opcode >= CLOSE)
      return this.#say(opcode, opcode === CLOSE ? this.#reason(payload) : this.#scrubbed(payload, false))
    if (opcode !== 0) this.#opcode = opcode
    this.#parts.push(payload)
    this.#message += payload.length
    if ((first & FINAL) === 0) return
    const message = Buffer.concat(this.#parts)
    this.#parts = []
    this.#message = 0
    this.#say(this.#opcode, this.#scrubbed(message, this.#opcode === TEXT))
  }

  /** A status code of two bytes, and text. No control frame is longer than 125 bytes. */
  #reason(payload: Buffer): Buffer {
    const reason = payload.subarray(2)
    const clean = this.#scrubbed(reason, true)
    return clean.equals(reason) ? payload : payload.subarray(0, 2)
  }

  #scrubbed(bytes: Buffer, isText: boolean): Buffer {
    if (isText) return Buffer.from(harmless(this.#keyring.scrubText(bytes.toString('utf8')), this.#keyring))
    const scrubber = this.#keyring.scrubStream()
    return Buffer.concat([scrubber.write(bytes), scrubber.end()])
  }

  #say(opcode: number, payload: Buffer): void {
    const { length } = payload
    const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
    head[0] = FINAL | opcode
    head[1] = length < 126 ? length : length < 65_536 ? 126 : 127
    if (head.length === 4) head.writeUInt16BE(length, 2)
    if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
    this.push(Buffer.concat([head, payload]))
  }
}
