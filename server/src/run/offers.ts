/**
 * What a form asks of a step's code while it is filled in: the choices of a prop, and the props that depend on others. Nothing
 * of it is written. The code holds handles, as it does in a run, of a keyring that ends with the question.
 */
import { randomUUID } from 'node:crypto'
import { Fault, shapeOf, type BoundApp, type Json, type JsonObject } from '@bellhop/sdk'
import { z } from 'zod'
import type { Credentials } from '../credentials/credentials.ts'
import { missingFields } from '../credentials/fields.ts'
import type { DoorScope } from '../egress/door.ts'
import { serveConnection } from '../egress/serving/serving.ts'
import { Keyring } from '../secrets/keyring.ts'
import type { MasterKey } from '../secrets/seal.ts'
import { readForeignProps, type ForeignProp } from '../workflow/foreign-action.ts'
import type { Program } from '../sandbox/sandbox.ts'
import type { CodeSettings, PlannedBinding, PlannedCode } from '../workflow/plan.ts'
import type { Deployed } from '../workflow/versions.ts'
import { programOf, strangersScope, type CodeParts } from './code-step.ts'
import type { UseStep } from './use-step.ts'

/** With whose credentials it asks: a connected account, or fields in clear. */
export type AskedAuth = { account: string } | { fields: Readonly<Record<string, string>> }

export interface Asked {
  auth: Readonly<Record<string, AskedAuth>>
  /** What is filled in so far. */
  props: JsonObject
}

export interface AskedOptions extends Asked {
  prop: string
  /** From 0. */
  page?: number
  /** The context that the page before came with. */
  prevContext?: Json
  query?: string
}

const offered = z.object({
  options: z.array(z.object({ label: z.string(), value: z.json() })),
  context: z.json().optional()
})
export type Offered = z.output<typeof offered>

const TIMEOUT_MS = 30_000

/** A step whose code is asked: of a version, or of a definition that is being written. */
export interface AskedStep {
  action: UseStep['action']
  code: PlannedCode
  auth: UseStep['auth']
  settings: CodeSettings
  /** @throws Fault `build_missing`, `build_damaged` */
  program(): Program | Promise<Program>
}

export interface OfferParts extends Omit<CodeParts, 'audit'> {
  master: MasterKey
  credentials: Credentials
}

export class Offers {
  readonly #parts: OfferParts

  constructor(parts: OfferParts) {
    this.#parts = parts
  }

  /**
   * The choices of a prop, a page of them.
   * @throws Fault `step_missing` (404), `code_failed` (422), `credential_missing`, `account_missing`, `sandbox_*`
   */
  async options(deployed: Deployed, step: string, asked: AskedOptions): Promise<Offered> {
    return this.optionsOf(this.#stepOf(deployed, step), asked)
  }

  /** The same for a step of any origin. */
  async optionsOf(step: AskedStep, asked: AskedOptions): Promise<Offered> {
    const answer = offered.safeParse(await this.#ask('options', step, asked))
    if (answer.success) return answer.data
    throw new Fault('code_failed', 'the options are no list of choices', { status: 422 })
  }

  /** Props besides those that the code lists. @throws Fault as `options` */
  async props(deployed: Deployed, step: string, asked: Asked): Promise<Readonly<Record<string, ForeignProp>>> {
    return this.propsOf(this.#stepOf(deployed, step), asked)
  }

  async propsOf(step: AskedStep, asked: Asked): Promise<Readonly<Record<string, ForeignProp>>> {
    return readForeignProps(await this.#ask('props', step, asked))
  }

  #stepOf(deployed: Deployed, name: string): AskedStep {
    const { plan } = deployed
    const step = plan.innerSteps.find((each) => each.name === name)
    if (step?.kind !== 'use' || step.code === undefined) throw noCode()
    const { action, code, auth } = step
    return { action, code, auth, settings: plan.code, program: () => programOf(this.#parts, deployed) }
  }

  async #ask(kind: 'options' | 'props', step: AskedStep, asked: Asked): Promise<Json> {
    const { master, sandbox } = this.#parts
    const keyring = new Keyring(master.runSeal(randomUUID()))
    const stop = new AbortController()
    try {
      const { auth, ...rest } = asked
      const apps = await this.#bound(step, auth, keyring)
      const scope = strangersScope(step.settings, { scope: scopeOf(step, keyring, stop.signal), apps })
      const answer = await sandbox.call(await step.program(), {
        kind,
        entry: step.code.entry,
        input: { ...rest, apps } as unknown as Json,
        env: await this.#parts.credentials.variables(step.settings.env, keyring),
        timeoutMs: TIMEOUT_MS,
        signal: stop.signal,
        log: () => {},
        tunnels: scope.egress?.some(({ tcp }) => tcp === true) ?? false,
        connect: (target, stream, request) => serveConnection(this.#parts.door, scope, target, stream, request)
      })
      return keyring.scrub(answer)
    } catch (error) {
      throw said(error, keyring)
    } finally {
      stop.abort()
      keyring.destroy()
    }
  }

  /** The apps of the step; what the question says of credentials goes where the step's own binding lets them go. */
  async #bound(step: AskedStep, auth: Asked['auth'], keyring: Keyring): Promise<Record<string, BoundApp>> {
    const bound: Record<string, BoundApp> = {}
    for (const [name, app] of Object.entries(shapeOf(step.action).apps)) {
      const binding = step.auth[name] ?? { kind: 'runtime', app, fields: {}, early: false }
      const given = Object.hasOwn(auth, name) ? auth[name] : undefined
      bound[name] = await this.#boundApp(binding, given, keyring)
    }
    return bound
  }

  async #boundApp(binding: PlannedBinding, given: AskedAuth | undefined, keyring: Keyring): Promise<BoundApp> {
    const { credentials } = this.#parts
    const account = given !== undefined && 'account' in given ? given.account : undefined
    if (account !== undefined) return credentials.bind(accountBinding(binding, account), {}, keyring)
    if (given === undefined) {
      return binding.kind === 'account' ? credentials.bind(binding, {}, keyring) : credentials.unbound(binding.app)
    }
    const fields = 'fields' in given ? given.fields : {}
    const missing = missingFields(binding.app, fields)
    if (missing.length === 0) return credentials.bindFields(binding, fields, keyring)
    throw new Fault('credential_missing', `${binding.app.name} also needs ${missing.join(', ')}`, { status: 422 })
  }
}

function accountBinding({ app, hosts, places }: PlannedBinding, account: string): PlannedBinding & { kind: 'account' } {
  return {
    kind: 'account',
    app,
    account,
    ...(hosts === undefined ? {} : { hosts }),
    ...(places === undefined ? {} : { places })
  }
}

export function noCode(): Fault {
  return new Fault('step_missing', 'there is no step of this name that runs code', { status: 404 })
}

function scopeOf({ action }: AskedStep, keyring: Keyring, signal: AbortSignal): DoorScope {
  const [app] = Object.values(shapeOf(action).apps)
  return {
    keyring,
    ...(app === undefined ? {} : { app }),
    secretAnswerFields: app?.secretAnswerFields ?? [],
    // It belongs to no run that another process could own.
    owned: () => true,
    warn: () => {},
    signal,
    sandboxed: true
  }
}

/** What the code says may hold what it was given. */
function said(error: unknown, keyring: Keyring): unknown {
  if (!(error instanceof Fault)) return error
  const { code, hint, status = 422 } = error
  const message = keyring.scrubText(error.message)
  return new Fault(code, message, { status, ...(hint === undefined ? {} : { hint: keyring.scrubText(hint) }) })
}
