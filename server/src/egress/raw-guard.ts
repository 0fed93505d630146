/**
 * What code that holds real values (`reveal: true`) may send where: a secret in clear goes to its own app's hosts only. In
 * a URL or a header of a request to anybody else it is refused; in a body a handle takes its place.
 */
import { Readable, Transform } from 'node:stream'
import { Fault } from '@bellhop/sdk'
import type { HostRule, Keyring } from '../secrets/keyring.ts'
import { readCodings, unpacked } from './decode.ts'
import { isLoopbackHost, matchingRule, nameOf, type Target } from './hosts.ts'
import type { Draft } from './request.ts'

export class RawGuard {
  readonly #scrubber: ReturnType<Keyring['scrubberBut']>
  readonly #target: Target

  constructor(keyring: Keyring, target: Target) {
    this.#target = target
    this.#scrubber = keyring.scrubberBut(({ origin: { audience } }) => {
      return audience !== null && maySee(matchingRule(audience.hosts, target), target)
    })
  }

  /**
   * What of a request may go there. A body is searched as it passes; one that is packed goes out as it was before.
   * @param stream its body, unless the draft holds it
   * @throws Fault `credential_wrong_host`, `body_packed`
   */
  request(draft: Draft, stream?: Readable): { draft: Draft; stream?: Readable } {
    this.#checkHead(draft)
    const codings = this.#codingsOf(draft)
    // What streams may be longer, or shorter, than it was.
    const headers = draft.headers.filter(([name]) => name !== 'content-length' && name !== 'content-encoding')
    const { body } = draft
    if (codings.length > 0 && body !== undefined) {
      return { draft: { ...draft, headers, body: undefined }, stream: this.#stream(bytesOf(body), codings) }
    }
    if (stream !== undefined) return { draft: { ...draft, headers }, stream: this.#stream(stream, codings) }
    return { draft: { ...draft, headers, body: body === undefined ? body : this.#whole(body) } }
  }

  #checkHead({ url, headers }: Draft): void {
    const head = [url.href, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\n')
    if (this.#scrubber.text(head) === head) return
    const message = `a request to ${nameOf(this.#target)} holds a credential in clear that may not go there`
    throw new Fault('credential_wrong_host', message, { hint: 'Send it to the hosts of its own app only.' })
  }

  #codingsOf({ headers }: Draft): string[] {
    const named = headers.filter(([name]) => name === 'content-encoding').map(([, value]) => value)
    const codings = readCodings(named.join(','))
    if (codings !== undefined) return codings
    const message = `the body of a request to ${nameOf(this.#target)} is packed in a way that cannot be undone`
    throw new Fault('body_packed', message, {
      status: 415,
      hint: 'Code with real values (`reveal: true`) packs by gzip, deflate, br or zstd, or not at all.'
    })
  }

  #whole(body: string | Buffer): Buffer {
    const scrubber = this.#scrubber.stream()
    return Buffer.concat([scrubber.write(Buffer.from(body)), scrubber.end()])
  }

  /** The bytes of a body, scrubbed as they pass. */
  #stream(packed: Readable, codings: readonly string[]): Readable {
    const body = codings.length === 0 ? packed : unpacked(packed, undefined, codings)
    const scrubber = this.#scrubber.stream()
    const scrubbing = new Transform({
      transform: (chunk: Buffer, _encoding, done) => done(null, scrubber.write(chunk)),
      flush: (done) => done(null, scrubber.end())
    })
    body.on('error', (error) => scrubbing.destroy(error))
    body.on('close', () => {
      if (!body.readableEnded) scrubbing.destroy(new Error('the request was given up'))
    })
    return body.pipe(scrubbing)
  }
}

function bytesOf(body: string | Buffer): Readable {
  return Readable.from([Buffer.from(body)], { objectMode: false })
}

function maySee(rule: HostRule | undefined, { protocol, host }: Target): boolean {
  return rule !== undefined && (protocol === 'https:' || rule.plain === true || isLoopbackHost(host))
}
