/**
 * Bindings: how one step gets one app's credentials. A binding is evaluated with real values, and what leaves this
 * module are handles that name the app, the field and the hosts where the door may reveal them (I1, I6).
 */
import { Fault, type AppDefinition, type BoundApp, type Json, type JsonObject } from '@bellhop/sdk'
import type { Audience, Keyring } from '../secrets/keyring.ts'
import type { PlannedBinding } from '../workflow/plan.ts'
import { references, resolve, type PlannedValue } from '../workflow/references.ts'
import { audienceOf, type Placement } from './audience.ts'
import type { BaseUrls } from './base-urls.ts'
import { isSecret, missingFields } from './fields.ts'

/** Reads a connected account's fields at each use, so that a changed account needs no restart. */
export interface AccountReader {
  /** @throws Fault `account_missing` */
  read(app: string, name: string): Readonly<Record<string, string>>
}

export class Credentials {
  readonly #accounts: AccountReader
  readonly #baseUrls: BaseUrls

  constructor(accounts: AccountReader, baseUrls: BaseUrls) {
    this.#accounts = accounts
    this.#baseUrls = baseUrls
  }

  /**
   * Evaluates a binding against what the steps left so far.
   * @throws Fault `credential_missing`, `credential_not_text`, `account_missing`, `bad_host_field`; the message names
   *   field and reference, never a value
   */
  bind(binding: PlannedBinding, steps: JsonObject, keyring: Keyring): BoundApp {
    const plain =
      binding.kind === 'runtime'
        ? fieldsFromReferences(binding, steps, keyring)
        : this.#fieldsFromAccount(binding.app, binding.account)
    const audience = this.#audience(binding.app, plain, binding)
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

  #fieldsFromAccount(app: AppDefinition, account: string): Record<string, string> {
    const fields = this.#accounts.read(app.app, account)
    const missing = missingFields(app, fields)
    if (missing.length === 0) return { ...fields }
    throw new Fault('credential_missing', `the account \`${account}\` has no ${missing.join(', ')} for ${app.name}`, {
      hint: `Add it again with \`bellhop accounts add ${app.app} ${account}\`.`
    })
  }

  #audience(app: AppDefinition, fields: Readonly<Record<string, string>>, placement: Placement): Audience {
    const own = this.#baseUrls.hostOf(app)
    const audience = audienceOf(app, fields, placement)
    return own === undefined ? audience : { ...audience, hosts: [...audience.hosts, own] }
  }
}

function fieldsFromReferences(
  binding: PlannedBinding & { kind: 'runtime' },
  steps: JsonObject,
  keyring: Keyring
): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [field, template] of Object.entries(binding.fields)) {
    const value = credentialText(resolve(template, steps), binding.app, field, template)
    const secret = isSecret(binding.app, field)
    if (value === undefined) {
      if (binding.app.auth.fields[field]?.optional === true) continue
      throw missing(binding.app, field, template)
    }
    const plain = keyring.reveal(value, (found) => {
      if (secret) return found.value
      throw new Fault(
        'credential_field_public',
        `${binding.app.name}'s field \`${field}\` is not a secret, but its reference holds one`,
        { hint: `Point \`${field}\` at a value that no other binding uses as a credential.` }
      )
    })
    fields[field] = withoutScheme(plain, template)
  }
  return fields
}

function credentialText(
  value: Json | undefined,
  app: AppDefinition,
  field: string,
  template: PlannedValue
): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Fault(
    'credential_not_text',
    `${app.name}'s field \`${field}\` must be text, and ${written(template)} is ${Array.isArray(value) ? 'a list' : 'an object'}`,
    { hint: 'Point the reference at the value itself, one level further down.' }
  )
}

function missing(app: AppDefinition, field: string, template: PlannedValue): Fault {
  return new Fault(
    'credential_missing',
    `${app.name}'s field \`${field}\` is empty: ${written(template)} resolved to nothing`,
    {
      hint: 'Send the value in the request at that path, or correct the reference.'
    }
  )
}

function written(template: PlannedValue): string {
  const sources = references(template).map((reference) => `\`${reference.source}\``)
  return sources.length === 0 ? 'its value' : sources.join(' and ')
}

const AUTHORIZATION = /^trigger\.event\.headers\.(proxy-)?authorization$/

/**
 * A reference to an `authorization` header alone binds the credential without its scheme, because every app puts its
 * own scheme in front and `Bearer Bearer …` is what people would get otherwise.
 */
function withoutScheme(value: string, template: PlannedValue): string {
  const [only, ...more] = references(template)
  const alone = only !== undefined && more.length === 0 && AUTHORIZATION.test(only.path.join('.'))
  return alone ? value.replace(/^(?:bearer|token)\s+/i, '') : value
}
