/** AWS Secrets Manager as a store: by name or ARN, in one region, in any of its versions. */
import { Fault, type JsonObject } from '@bellhop/sdk'
import { checksOf, tlsSays } from '../checks.ts'
import { defineStore, type Asking, type Check, type Lookup, type Reading, type Store } from '../store.ts'
import { AwsClient } from './client.ts'
import { config, type AwsConfig } from './config.ts'
import { secretIdOf } from './name.ts'
import { getSecretValue, operationsOf } from './operations.ts'
import { readingOf } from './value.ts'

export const awsSecretsManager = defineStore<AwsConfig>({
  kind: 'aws_secrets_manager',
  title: 'AWS Secrets Manager',
  lookup: 'path',
  options: ['version'],
  config,
  show: shown,
  secrets: ({ access_key_id, secret_access_key, session_token, external_id }) =>
    [access_key_id, secret_access_key, session_token, external_id].filter((value) => value !== undefined),
  open: (configuration) => new AwsStore(configuration)
})

/** What `bellhop stores test` asks for where nothing is named: good keys are told that it is not there, or not theirs. */
const NOTHING = 'bellhop-stores-test'

class AwsStore implements Store {
  readonly operations
  readonly #config: () => AwsConfig
  readonly #client: AwsClient

  constructor(configuration: () => AwsConfig) {
    this.#config = configuration
    this.#client = new AwsClient(configuration)
    this.operations = operationsOf(this.#client)
  }

  async read({ path, version }: Lookup, { signal }: Pick<Asking, 'signal'>): Promise<Reading> {
    return this.#read(secretIdOf(path), version, signal)
  }

  async #read(id: string, version: string | undefined, signal: AbortSignal): Promise<Reading> {
    return readingOf(await getSecretValue(this.#client, id, version, signal))
  }

  test(lookup: Lookup | undefined, signal: AbortSignal): Promise<Check[]> {
    const { endpoint, region } = this.#config()
    const says = {
      address: `${endpoint ?? `Secrets Manager in ${region}`} answers`,
      tls: tlsSays(endpoint ?? `https://secretsmanager.${region}.amazonaws.com`),
      authentication: 'the credentials are accepted',
      ...(lookup === undefined ? {} : { permission: 'they may read it', path: 'the secret is there' })
    }
    return checksOf(says, () => (lookup === undefined ? this.#probe(signal) : this.read(lookup, { signal })))
  }

  /** Whoever is told that it is not there, or that they may not read it, was let in. */
  async #probe(signal: AbortSignal): Promise<void> {
    try {
      await this.#read(NOTHING, undefined, signal)
    } catch (error) {
      if (!(error instanceof Fault) || !LET_IN.has(error.code)) throw error
    }
  }

  close(): Promise<void> {
    return this.#client.close()
  }
}

const LET_IN = new Set(['store_path_missing', 'store_denied'])

function shown({ region, endpoint, role_arn, session_name, sts_endpoint, access_key_id }: AwsConfig): JsonObject {
  const credentials = access_key_id === undefined ? 'the default chain of the AWS SDK' : 'static keys'
  const optional = Object.entries({ endpoint, role_arn, session_name, sts_endpoint })
  const given = optional.filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { region, credentials, ...Object.fromEntries(given) }
}
