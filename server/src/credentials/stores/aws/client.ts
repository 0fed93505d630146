/**
 * Secrets Manager by its official client, which is loaded when the first request is made: it takes some 90 ms and 27 MB
 * that a server without such a store does not pay.
 *
 * Who owns what: this object has the connections, and a client whose credentials are asked for at each request: static
 * keys come from the configuration, sessions of a role and what the default chain finds are kept by the SDK until they
 * expire. A refusal of the credentials drops the client, and so whatever it kept.
 */
import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { SecretsManager } from '@aws-sdk/client-secrets-manager'
import type { fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import { withinTime } from '../network.ts'
import type { AwsConfig } from './config.ts'
import { awsFault, roleFault, type AwsRequest } from './faults.ts'

type Provider = ReturnType<typeof fromTemporaryCredentials>
type Identity = Awaited<ReturnType<Provider>>
interface Agents {
  httpAgent: HttpAgent
  httpsAgent: HttpsAgent
}
type Ask<T> = (client: SecretsManager, options: { abortSignal: AbortSignal }) => Promise<T>

/**
 * The second attempt is for what the engine should not see: a kept-alive connection that AWS closed at that moment, and a
 * clock that is off, which the SDK corrects for. Everything else is the workflow's to repeat.
 */
const ATTEMPTS = 2
const MAX_SOCKETS = 32
/** The SDK would write to the console what it thinks of the environment. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {}, trace() {} }

export class AwsClient {
  readonly #config: () => AwsConfig
  #agents: Promise<Agents> | undefined
  #client: Promise<SecretsManager> | undefined

  constructor(config: () => AwsConfig) {
    this.#config = config
  }

  /** @throws Fault `store_*` */
  async call<T>(request: Omit<AwsRequest, 'region'>, signal: AbortSignal, ask: Ask<T>): Promise<T> {
    const { timeout, region } = this.#config()
    return withinTime(signal, timeout, async (either) => {
      const client = (this.#client ??= this.#open())
      try {
        return await ask(await client, { abortSignal: either })
      } catch (error) {
        const fault = awsFault(error, { ...request, region }, timeout)
        if (fault.code === 'store_unauthenticated' && this.#client === client) this.#client = undefined
        throw fault
      }
    })
  }

  async close(): Promise<void> {
    const agents = await this.#agents
    agents?.httpAgent.destroy()
    agents?.httpsAgent.destroy()
  }

  async #open(): Promise<SecretsManager> {
    const { SecretsManager } = await import('@aws-sdk/client-secrets-manager')
    const { region, endpoint, timeout } = this.#config()
    return new SecretsManager({
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      credentials: await this.#credentials(),
      maxAttempts: ATTEMPTS,
      logger: SILENT,
      requestHandler: {
        ...(await (this.#agents ??= makeAgents())),
        connectionTimeout: timeout,
        requestTimeout: timeout,
        throwOnRequestTimeout: true
      }
    })
  }

  async #credentials(): Promise<Provider> {
    const { fromNodeProviderChain, fromTemporaryCredentials } = await import('@aws-sdk/credential-providers')
    const { role_arn: role, external_id, session_name, sts_endpoint, region, timeout } = this.#config()
    const chain = fromNodeProviderChain({ logger: SILENT })
    const own = async (): Promise<Identity> => staticKeys(this.#config()) ?? (await chain())
    if (role === undefined) return own
    const assume = fromTemporaryCredentials({
      masterCredentials: own,
      params: {
        RoleArn: role,
        RoleSessionName: session_name ?? 'bellhop',
        ...(external_id === undefined ? {} : { ExternalId: external_id })
      },
      clientConfig: {
        region,
        maxAttempts: ATTEMPTS,
        ...(sts_endpoint === undefined ? {} : { endpoint: sts_endpoint })
      },
      logger: SILENT
    })
    return async (options) => {
      try {
        return await assume(options)
      } catch (error) {
        throw roleFault(error, role, timeout)
      }
    }
  }
}

async function makeAgents(): Promise<Agents> {
  const [http, https] = await Promise.all([import('node:http'), import('node:https')])
  return {
    httpAgent: new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    // No certificate is taken on trust, whatever the environment says.
    httpsAgent: new https.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, rejectUnauthorized: true })
  }
}

/** The SDK keeps keys without an expiry for good, and asks again for those that have expired: so these have. */
function staticKeys({ access_key_id, secret_access_key, session_token }: AwsConfig): Identity | undefined {
  if (access_key_id === undefined || secret_access_key === undefined) return undefined
  return {
    accessKeyId: access_key_id,
    secretAccessKey: secret_access_key,
    ...(session_token === undefined ? {} : { sessionToken: session_token }),
    expiration: new Date(0)
  }
}
