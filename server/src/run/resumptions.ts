/**
 * Requests that end a wait: the URLs that a step hands out, and what becomes of a request to one.
 *
 * A URL names the run and its wait, and proves by a keyed hash that it was given out: nothing of it is stored, it is the
 * same in every attempt of the step, and it works at once, also before the run waits. It is good for one request, and
 * `resume_url` says nothing of `cancel_url`. What a request brings passes the run's keyring before it is written (I1).
 */
import { timingSafeEqual } from 'node:crypto'
import { Fault, type Json, type JsonObject, type WaitUrls } from '@bellhop/sdk'
import { z } from 'zod'
import type { Engine, Resuming, ResumeResult } from '../engine/port.ts'
import { MAX_SECRETS, type Keyring } from '../secrets/keyring.ts'
import { defangJson } from '../secrets/recognise.ts'
import type { MasterKey } from '../secrets/seal.ts'
import type { SecretSource } from '../workflow/plan.ts'
import type { Deployed } from '../workflow/versions.ts'
import { mintHeaders } from './event-secrets.ts'
import { protectExports } from './export-secrets.ts'

export type ResumeAction = 'resume' | 'cancel'

/** What a wait is ended with, as it stands in the journal. */
export const REQUEST_SCHEMA = z.union([
  z.object({ how: z.literal('resume'), request: z.custom<Json>(() => true) }),
  z.object({ how: z.literal('cancel') })
])

/** A URL that was given out. */
export interface GivenOut {
  action: ResumeAction
  run: string
  wait: string
}

export interface ResumptionsParts {
  master: MasterKey
  /** The engine of runs that can be suspended. */
  engine: () => Pick<Engine, 'resume'>
  versions: { byVersion(versionId: number): Deployed | Promise<Deployed> }
  /** What URLs begin with, without a trailing slash. */
  origin(): string
}

/** 160 bits in base64url. */
const PROOF_BYTES = 20
const PURPOSE = { resume: 'resume-url', cancel: 'cancel-url' } as const

export class Resumptions {
  readonly #parts: ResumptionsParts

  constructor(parts: ResumptionsParts) {
    this.#parts = parts
  }

  /** Where the wait of a run is ended. */
  urls(run: string, wait: string): WaitUrls {
    const origin = this.#parts.origin()
    const url = (action: ResumeAction): string => `${origin}/${action}/${run}/${wait}/${this.#proof(action, run, wait)}`
    return { resume_url: url('resume'), cancel_url: url('cancel') }
  }

  /** Whether a URL was given out. Takes as long for a wrong proof as for a right one. */
  find(action: ResumeAction, run: string, wait: string, proof: string): GivenOut | undefined {
    const given = Buffer.from(proof)
    const right = Buffer.from(this.#proof(action, run, wait))
    const same = given.length === right.length && timingSafeEqual(given, right)
    return same ? { action, run, wait } : undefined
  }

  /**
   * Ends the wait, now or when it is reached.
   * @param request as it came, with secrets in clear; what a cancellation brings is not looked at
   * @throws Fault `secret_too_large`, `too_many_secrets` (413), `storage_full` (503)
   */
  async deliver({ action, run, wait }: GivenOut, request: JsonObject): Promise<ResumeResult> {
    for (;;) {
      try {
        return await this.#parts.engine().resume(run, wait, (to) => {
          if (action === 'cancel') return { how: 'cancel' }
          return { how: 'resume', request: this.#protected(to, wait, request) }
        })
      } catch (error) {
        if (!(error instanceof NotAtHand)) throw error
        await error.reading
      }
    }
  }

  /** @throws NotAtHand */
  #protected({ versionId, keyring }: Resuming, wait: string, raw: JsonObject): Json {
    const [step = ''] = wait.split('.', 1)
    const deployed = this.#parts.versions.byVersion(versionId)
    if (deployed instanceof Promise) throw new NotAtHand(deployed)
    const sources = deployed.plan.exportSources.get(step) ?? []
    // Fails closed: what cannot be searched for every secret is not kept.
    if (keyring.incomplete) return null
    const request = defangJson(raw) as JsonObject
    tryOut(keyring, request, sources)
    return protect(keyring, request, sources)
  }

  #proof(action: ResumeAction, run: string, wait: string): string {
    const whole = this.#parts.master.hmac(PURPOSE[action], run, wait)
    return Buffer.from(whole.buffer, whole.byteOffset, PROOF_BYTES).toString('base64url')
  }
}

/**
 * The run's version has to be read first, and the engine asked again: it lends the keyring for one turn only, since the run
 * may leave memory in the next.
 */
class NotAtHand extends Error {
  readonly reading: Promise<unknown>

  constructor(reading: Promise<unknown>) {
    super('the version is not at hand')
    this.reading = reading
  }
}

/** Mints what later bindings use of the request and its credential headers, then takes every known secret out of it. */
function protect(keyring: Keyring, request: JsonObject, sources: readonly SecretSource[]): Json {
  protectExports({ exports: { $resume_data: request } }, sources, keyring)
  mintHeaders(request['headers'], keyring)
  return keyring.scrub(request)
}

/**
 * On a keyring that is thrown away: a request with more secrets than the run can hold is refused, and takes nothing along.
 * @throws Fault `secret_too_large`, `too_many_secrets` (413)
 */
function tryOut(keyring: Keyring, request: JsonObject, sources: readonly SecretSource[]): void {
  const trial = keyring.above()
  try {
    protect(trial, request, sources)
    if (trial.size > MAX_SECRETS) {
      throw new Fault('too_many_secrets', `the run would have to hold more than ${MAX_SECRETS} secrets`, {
        status: 413
      })
    }
  } finally {
    trial.destroy()
  }
}
