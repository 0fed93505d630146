/**
 * From a raw event to an accepted run: the only place where an event is seen as it came. Its secrets become handles and
 * the rest is scrubbed before an engine, and so anything that writes, gets it (I1).
 */
import { Fault, type JsonObject } from '@bellhop/sdk'
import type { Credentials } from '../credentials/credentials.ts'
import type { AcceptResult, Engine, Inherited, NewRun, NewTick } from '../engine/port.ts'
import { LONG_WAIT_MS } from '../engine/schedule.ts'
import { Keyring } from '../secrets/keyring.ts'
import type { MasterKey } from '../secrets/seal.ts'
import type { RunIds } from '../storage/ids.ts'
import type { Deployed } from '../workflow/versions.ts'
import { protectEvent } from './event-secrets.ts'

/** A trigger's request to run a version. `event` is as it came, with secrets in clear. */
export interface IntakeRequest {
  event: JsonObject
  nostore: boolean
  idempotency?: {
    key: string
    /** Who asks, as far as the trigger knows: part of the key's scope. */
    caller: string
    /** Everything of the request that makes it the same request, its credentials included. */
    fingerprint: readonly (string | Uint8Array)[]
  }
  /** The tick that starts it, for a schedule. */
  tick?: NewTick
  /** The run that it replays. */
  replay?: {
    of: string
    /** What that run has finished, with handles of the new run's keyring, which knows the secrets of the event. */
    inherit(keyring: Keyring): Inherited[]
  }
}

export interface Accepted {
  run: string
  /** Whether the run survives a crash: false for `x-pd-nostore`. */
  durable: boolean
  result: AcceptResult
}

export interface IntakeParts {
  master: MasterKey
  ids: RunIds
  credentials: Credentials
  engine: Engine
  /** The engine of `x-pd-nostore` runs (I4). */
  memory: Engine
  now(): number
}

export class Intake {
  readonly #parts: IntakeParts

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /**
   * Takes the secrets out of the event and has an engine accept the run.
   * @throws Fault `secret_too_large`, `too_many_secrets` (413), `nostore_cannot_wait`, `nostore_cannot_reveal` (422), `storage_full` (503)
   */
  async accept(deployed: Deployed, request: IntakeRequest): Promise<Accepted> {
    const { ids, engine, memory } = this.#parts
    if (request.nostore) refuseToRemember(deployed)
    const id = ids.next(this.#parts.now())
    const run = await this.#newRun(deployed, id, request)
    const chosen = request.nostore ? memory : engine
    return { run: id.uuid, durable: chosen.durable, result: await chosen.accept(run) }
  }

  async #newRun(deployed: Deployed, id: NewRun['id'], request: IntakeRequest): Promise<NewRun> {
    const { settings } = deployed.plan.definition
    const keyring = new Keyring(this.#parts.master.runSeal(id.uuid))
    const event = await protectEvent(this.#parts.credentials, deployed.plan, request.event, keyring)
    const idempotency = this.#idempotency(deployed, request)
    const { replay } = request
    const inherited = replay?.inherit(keyring)
    return {
      id,
      workflowId: deployed.workflowId,
      versionId: deployed.versionId,
      eventText: JSON.stringify(event),
      event,
      keyring,
      timeoutMs: settings.timeout,
      keep: settings.retention.keep,
      ...(idempotency === undefined ? {} : { idempotency }),
      ...(request.tick === undefined ? {} : { tick: request.tick }),
      ...(replay === undefined ? {} : { replayOf: replay.of }),
      ...(inherited === undefined ? {} : { inherited })
    }
  }

  #idempotency(deployed: Deployed, request: IntakeRequest): NewRun['idempotency'] {
    if (request.idempotency === undefined) return undefined
    const { key, caller, fingerprint } = request.idempotency
    const { master } = this.#parts
    return {
      scope: master.hmac('idempotency-scope', deployed.endpoint, caller, key),
      request: master.hmac('idempotency-request', ...fingerprint)
    }
  }
}

/** What would have to be remembered is refused before the caller is told that the run goes on (I4). */
function refuseToRemember({ plan: { innerSteps } }: Deployed): void {
  const long = innerSteps.find((step) => step.kind === 'delay' && step.ms > LONG_WAIT_MS)
  if (long !== undefined) {
    const message = `step ${long.name} waits longer than a run that keeps nothing can (x-pd-nostore)`
    throw new Fault('nostore_cannot_wait', message, {
      status: 422,
      hint: `Delays of up to ${LONG_WAIT_MS / 1000} s work; for longer ones, call the workflow without x-pd-nostore.`
    })
  }
  const open = innerSteps.find((step) => step.kind === 'use' && step.code?.reveal === true)
  if (open !== undefined) {
    const message = `step ${open.name} gets real credentials, which the audit log has to say, and this run keeps nothing (x-pd-nostore)`
    throw new Fault('nostore_cannot_reveal', message, {
      status: 422,
      hint: 'Call the workflow without x-pd-nostore, or let the step work with handles.'
    })
  }
}
