/** The fields of a `runtime` binding: its references and expressions, with real values. */
import { Fault, type AppDefinition, type Json, type JsonObject } from '@bellhop/sdk'
import type { Keyring } from '../secrets/keyring.ts'
import type { PlannedBinding } from '../workflow/plan.ts'
import { dynamicParts, resolve, type Beside, type PlannedValue } from '../workflow/references.ts'
import { quote } from '../workflow/mistakes.ts'
import { isSecret } from './fields.ts'

/**
 * @throws Fault `credential_missing`, `credential_not_text`, `credential_field_public`; the message names field and
 *   reference, never a value
 */
export function fieldsFromReferences(
  binding: PlannedBinding & { kind: 'runtime' },
  steps: JsonObject,
  keyring: Keyring,
  beside?: Beside
): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [field, template] of Object.entries(binding.fields)) {
    const value = credentialText(resolve(template, steps, beside), binding.app, field, template)
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
  const sources = dynamicParts(template).map(({ source }) => quote(source))
  return sources.length === 0 ? 'its value' : sources.join(' and ')
}

const AUTHORIZATION = /^trigger\.event\.headers\.(proxy-)?authorization$/

/**
 * A reference to an `authorization` header alone binds the credential without its scheme, because every app puts its
 * own scheme in front and `Bearer Bearer …` is what people would get otherwise.
 */
function withoutScheme(value: string, template: PlannedValue): string {
  const [only, ...more] = dynamicParts(template)
  const alone = only?.kind === 'reference' && more.length === 0 && AUTHORIZATION.test(only.path.join('.'))
  return alone ? value.replace(/^(?:bearer|token)\s+/i, '') : value
}
