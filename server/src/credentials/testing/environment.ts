/** Environments for tests. */
import { Fault } from '@bellhop/sdk'
import type { EnvironmentReader } from '../variables.ts'

/** One without any secret. */
export const EMPTY: EnvironmentReader = {
  read: (name) => Promise.reject(new Fault('env_secret_missing', `there is no secret \`${name}\` in the environment`))
}
