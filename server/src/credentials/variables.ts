/** The variables that a definition declares (`settings.env`), as code and expressions of a run see them. */
import type { Audience, Keyring } from '../secrets/keyring.ts'
import type { CodeSettings } from '../workflow/plan.ts'

/** A secret of the environment, and where it may go. */
export interface EnvSecret {
  value: string
  /** `null`: nowhere. */
  audience: Audience | null
}

/** Reads a secret at each use, so that a changed one needs no restart. */
export interface EnvironmentReader {
  /** @throws Fault `env_secret_missing` */
  read(name: string): EnvSecret
}

/** The app that handles of the environment name. */
export const ENVIRONMENT = 'env'

/**
 * Texts as they are written, secrets as handles (I1).
 * @throws Fault `env_secret_missing`
 */
export function variablesOf(
  declared: CodeSettings['env'],
  environment: EnvironmentReader,
  keyring: Keyring
): Record<string, string> {
  const variables: Record<string, string> = {}
  for (const [name, value] of Object.entries(declared)) {
    variables[name] = typeof value === 'string' ? value : handleOf(value.secret, environment, keyring)
  }
  return variables
}

function handleOf(name: string, environment: EnvironmentReader, keyring: Keyring): string {
  const { value, audience } = environment.read(name)
  return keyring.mint(value, { app: ENVIRONMENT, field: name, audience })
}
