/**
 * Bindings: how one step gets one app's credentials. A binding is evaluated with real values, and what leaves this
 * module are handles that name the app, the field and the hosts where the door may reveal them (I1, I6).
 */
import { Fault, type AppDefinition, type BoundApp, type JsonObject } from '@bellhop/sdk'
import type { Audience, Keyring } from '../secrets/keyring.ts'
import type { CodeSettings, PlannedBinding } from '../workflow/plan.ts'
import type { Beside } from '../workflow/references.ts'
import { audienceOf } from './audience.ts'
import type { BaseUrls } from './base-urls.ts'
import { isSecret, missingFields, openFields } from './fields.ts'
import { fieldsFromReferences } from './runtime-fields.ts'
import { variablesOf, type EnvironmentReader } from './variables.ts'

/** A binding that needs nothing but the run's data and this server's own. */
export type FixedBinding = Exclude<PlannedBinding, { kind: 'store' }>

/** Reads a connected account's fields at each use, so that a changed account needs no restart. */
export interface AccountReader {
  /** @throws Fault `account_missing` */
  read(app: string, name: string): Promise<Readonly<Record<string, string>>>
}

export class Credentials {
  readonly #accounts: AccountReader
  readonly #baseUrls: BaseUrls
  readonly #environment: EnvironmentReader
  /** Each binding's last audience: in most runs it is the same again, and so is what others derive from it. */
  readonly #audiences = new WeakMap<PlannedBinding, { openFields: string; audience: Audience }>()

  constructor(accounts: AccountReader, baseUrls: BaseUrls, environment: EnvironmentReader) {
    this.#accounts = accounts
    this.#baseUrls = baseUrls
    this.#environment = environment
  }

  /**
   * The variables that a version declares; secret ones are handles.
   * @throws Fault `env_secret_missing`
   */
  variables(declared: CodeSettings['env'], keyring: Keyring): Promise<Record<string, string>> {
    return variablesOf(declared, this.#environment, keyring)
  }

  /**
   * Evaluates a binding against what the steps left so far.
   * @param beside holds the results of its expressions, in clear where the field is a secret
   * @throws Fault `credential_missing`, `credential_not_text`, `account_missing`, `bad_host_field`; the message names
   *   field and reference, never a value
   */
  async bind(binding: FixedBinding, steps: JsonObject, keyring: Keyring, beside?: Beside): Promise<BoundApp> {
    const plain =
      binding.kind === 'runtime'
        ? fieldsFromReferences(binding, steps, keyring, beside)
        : await this.#fieldsFromAccount(binding.app, binding.account)
    return this.bindFields(binding, plain, keyring)
  }

  /**
   * Puts fields in clear into the keyring, for the app's hosts and places.
   * @throws Fault `bad_host_field`
   */
  bindFields(binding: PlannedBinding, plain: Readonly<Record<string, string>>, keyring: Keyring): BoundApp {
    const audience = this.#audience(binding, plain)
    const auth: Record<string, string | undefined> = {}
    for (const [field, value] of Object.entries(plain)) {
      auth[field] = isSecret(binding.app, field)
        ? keyring.mint(value, { app: binding.app.app, field, audience })
        : value
    }
    return { $auth: auth, $baseUrl: this.#baseUrls.of(binding.app) }
  }

  /** An app that a step uses without a binding (`auth.optional`). */
  unbound(app: AppDefinition): BoundApp {
    return { $auth: {}, $baseUrl: this.#baseUrls.of(app) }
  }

  async #fieldsFromAccount(app: AppDefinition, account: string): Promise<Record<string, string>> {
    const fields = await this.#accounts.read(app.app, account)
    const missing = missingFields(app, fields)
    if (missing.length === 0) return { ...fields }
    throw new Fault('credential_missing', `the account \`${account}\` has no ${missing.join(', ')} for ${app.name}`, {
      hint: `Add it again with \`bellhop accounts add ${app.app} ${account}\`.`
    })
  }

  #audience(binding: PlannedBinding, fields: Readonly<Record<string, string>>): Audience {
    const open = openFields(binding.app, fields)
    const last = this.#audiences.get(binding)
    if (last?.openFields === open) return last.audience
    const own = this.#baseUrls.hostOf(binding.app)
    const filled = audienceOf(binding.app, fields, binding)
    const audience = own === undefined ? filled : { ...filled, hosts: [...filled.hosts, own] }
    this.#audiences.set(binding, { openFields: open, audience })
    return audience
  }
}
