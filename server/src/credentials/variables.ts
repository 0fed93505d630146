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
  read(name: string): Promise<EnvSecret>
}

/** The app that handles of the environment name. */
export const ENVIRONMENT = 'env'

/**
 * Texts as they are written, secrets as handles (I1).
 * @throws Fault `env_secret_missing`
 */
export async function variablesOf(
  declared: CodeSettings['env'],
  environment: EnvironmentReader,
  keyring: Keyring
): Promise<Record<string, string>> {
  const variables = Object.entries(declared).map(async ([name, value]): Promise<[string, string]> => [
    name,
    typeof value === 'string' ? value : await handleOf(value.secret, environment, keyring)
  ])
  return Object.fromEntries(await Promise.all(variables))
}

async function handleOf(name: string, environment: EnvironmentReader, keyring: Keyring): Promise<string> {
  const { value, audience } = await environment.read(name)
  return keyring.mint(value, { app: ENVIRONMENT, field: name, audience })
}
