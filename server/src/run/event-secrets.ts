/** The only place where an event is seen as it came (I1). */
import { Fault, type Json, type JsonObject } from '@bellhop/sdk'
import type { Credentials } from '../credentials/credentials.ts'
import type { Keyring } from '../secrets/keyring.ts'
import { credentialsOfHeaders, defangJson } from '../secrets/recognise.ts'
import type { EventKnowledge } from '../workflow/plan.ts'
import { mintSource, readAt, valueAt } from './export-secrets.ts'

/**
 * Mints what is known to be secret in an event, then scrubs every occurrence of it: what bindings make of the event
 * first, so that the app's own handle is what stands in the data, and connected accounts and secrets of the environment,
 * whether their step is reached or not.
 * @throws Fault `secret_too_large`, `too_many_secrets` (413)
 */
export async function protectEvent(
  credentials: Credentials,
  knowledge: EventKnowledge,
  raw: JsonObject,
  keyring: Keyring
): Promise<Json> {
  const event = defangJson(raw)
  await mintBound(credentials, knowledge, event, keyring)
  mintHeaders(valueAt(event, ['headers']), keyring)
  return keyring.scrub(event)
}

/**
 * Mints what a plan knows to be secret in an event, which may hold handles of the keyring.
 * @throws Fault as `protectEvent`
 */
export async function mintBound(
  credentials: Credentials,
  { innerSteps, eventSources, code }: EventKnowledge,
  event: Json,
  keyring: Keyring
): Promise<void> {
  const steps: JsonObject = { trigger: { event } }
  for (const step of innerSteps) {
    if (step.kind !== 'use') continue
    for (const binding of Object.values(step.auth)) {
      // What a store has is fetched when its step runs, and is in no event.
      if (binding.kind === 'account' || (binding.kind === 'runtime' && binding.early))
        await early(() => credentials.bind(binding, steps, keyring))
    }
  }
  await early(() => credentials.variables(code.env, keyring))
  for (const source of eventSources) mintSource(keyring, readAt(steps, source.path), source)
}

/**
 * A binding that cannot be evaluated fails its step, which names field and reference; only a request that is too much
 * to hold is refused here.
 */
async function early(bind: () => unknown): Promise<void> {
  try {
    await bind()
  } catch (error) {
    if (!(error instanceof Fault) || error.status === 413) throw error
  }
}

/** The credential-bearing headers, of which no binding need know: no door opens for their handles. */
export function mintHeaders(headers: Json | undefined, keyring: Keyring): void {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return
  const texts = Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  for (const { field, value } of credentialsOfHeaders(Object.fromEntries(texts))) {
    if (!keyring.knows(value)) keyring.mint(value, { app: 'event', field, audience: null })
  }
}
