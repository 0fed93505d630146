/**
 * What code that holds real values (`reveal: true`) may send where: a secret in clear goes to its own app's hosts only. In
 * a URL or a header of a request to anybody else it is refused; in a body a handle takes its place.
 */
import { Transform, type Readable } from 'node:stream'
import { Fault } from '@bellhop/sdk'
import type { HostRule, Keyring } from '../secrets/keyring.ts'
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

  /** @throws Fault `credential_wrong_host` */
  request(draft: Draft): Draft {
    const head = [draft.url.href, ...draft.headers.map(([name, value]) => `${name}: ${value}`)].join('\n')
    if (this.#scrubber.text(head) !== head) {
      const message = `a request to ${nameOf(this.#target)} holds a credential in clear that may not go there`
      throw new Fault('credential_wrong_host', message, { hint: 'Send it to the hosts of its own app only.' })
    }
    const { body } = draft
    // What streams may be longer, or shorter, than it was.
    const headers = draft.headers.filter(([name]) => name !== 'content-length')
    if (body === undefined) return { ...draft, headers }
    const scrubber = this.#scrubber.stream()
    return { ...draft, body: Buffer.concat([scrubber.write(Buffer.from(body)), scrubber.end()]) }
  }

  /** The bytes of a body, scrubbed as they pass. */
  stream(body: Readable): Readable {
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

function maySee(rule: HostRule | undefined, { protocol, host }: Target): boolean {
  return rule !== undefined && (protocol === 'https:' || rule.plain === true || isLoopbackHost(host))
}
