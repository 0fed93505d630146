import type { JsonObject } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import type { Carrier, CredentialPlan, Scenario } from '../grammar/scenario.ts'
import type { SecretShape } from '../grammar/secrets.ts'
import { bodyOf } from './body.ts'
import { castOf, type Cast } from './cast.ts'
import { shelfOf } from './stores/shelf.ts'

/** Digits only, of which a number keeps all; and, in one of twenty plays, more than it keeps. */
const FEW: SecretShape = { kind: 'number', length: 16 }
const MANY: SecretShape = { kind: 'hex', length: 17 }

/** The plays of a scenario with one credential in a JSON body or in Vault that happens to have digits only. */
function playsOfDigits(shape: SecretShape, carrier: Carrier): Cast[] {
  const plays = Array.from({ length: 200 }, (_, attempt) => castOf(scenarioOf(shape, carrier), attempt))
  return plays.filter(({ credentials: [only] }) => /^\d+$/.test(only?.value ?? ''))
}

function scenarioOf(shape: SecretShape, carrier: Carrier): Scenario {
  const source = { kind: 'vault', form: 0, byReference: false, trouble: 'none', which: 0 } as const
  const credential: CredentialPlan = { shape, carrier, source }
  return {
    salt: 1,
    credentials: [credential],
    steps: [
      {
        kind: 'call',
        action: 'http-request',
        binding: 'alone',
        place: 'bearer',
        careless: [],
        vendor: { kind: 'behaves' },
        lenient: false
      }
    ],
    each: undefined,
    rotation: 0,
    settings: { respond: 'immediate', token: false, keep: true, attempts: 1, timeout: undefined },
    request: { method: 'POST', body: 'json', gzip: false, occurrences: [], nostore: 'no', repeat: 'no' },
    mishap: 'none'
  }
}

/** What a reader of the JSON that holds the credential takes it for. */
function readIn(cast: Cast): unknown {
  const [only] = cast.credentials
  if (only === undefined) throw new Error('a scenario without credentials')
  const kept = only.source === undefined ? undefined : JSON.stringify(shelfOf(cast, only)[0]?.fields)
  const written = kept ?? bodyOf(cast, []).body?.toString() ?? ''
  const { credential0, token } = JSON.parse(written) as JsonObject
  return credential0 ?? token
}

describe.each(['body', 'store'] as const)('a credential of digits only, from a %s', (carrier) => {
  test.each([
    ['few', FEW, 'number'],
    ['many', MANY, 'string']
  ] as const)('is the one that the judge looks for, with %s digits', (_, shape, type) => {
    const plays = playsOfDigits(shape, carrier)
    expect(plays.length).toBeGreaterThan(3)
    for (const cast of plays) {
      const read = readIn(cast)
      expect(typeof read).toBe(type)
      expect(String(read)).toBe(cast.credentials[0]?.value)
    }
  })
})
