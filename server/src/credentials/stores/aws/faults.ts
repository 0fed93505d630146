/**
 * What AWS means when it says no, by the name of its error. Errors of the SDK carry the request and its answer, and AWS's
 * messages name accounts, users and keys: none of that is passed on.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 */
import { Fault } from '@bellhop/sdk'
import { badAnswer, badInput, denied, notThere, rateLimited, slow, unauthenticated, unavailable } from '../faults.ts'
import { networkFault } from '../network.ts'

/** What was asked for, for those who write IAM policies. */
export interface AwsRequest {
  /** `secretsmanager:GetSecretValue` */
  action: string
  /** The name or ARN of the secret; `*` where it is none. */
  resource: string
  region: string
  version?: string
}

/** What of an error of the SDK is read. */
interface Read {
  name: string
  /** For three questions that names leave open. */
  message: string
  status: number | undefined
}

/** The Fault for whatever a request to Secrets Manager threw; a Fault stays itself. */
export function awsFault(error: unknown, request: AwsRequest, timeoutMs: number): Fault {
  if (error instanceof Fault) return error
  const read = readError(error)
  const known = Object.hasOwn(BY_NAME, read.name) ? BY_NAME[read.name] : undefined
  return known?.(request, read) ?? common(error, read, timeoutMs)
}

/** The Fault for what the assuming of a role threw. */
export function roleFault(error: unknown, role: string, timeoutMs: number): Fault {
  if (error instanceof Fault) return error
  const read = readError(error)
  if (ACCESS_DENIED.has(read.name)) {
    return denied(
      'is not let into the role',
      `Allow \`sts:AssumeRole\` on ${role} to the one who asks, and name them in the role’s trust policy, with the external id if it demands one.`
    )
  }
  return common(error, read, timeoutMs)
}

const ACCESS_DENIED = new Set(['AccessDeniedException', 'AccessDenied'])

type ByName = (request: AwsRequest, read: Read) => Fault

const denial: ByName = (request, { message }) =>
  /\bKMS\b/i.test(message) ? noKey(request) : denied(`does not allow ${request.action}`, allow(request))

const BY_NAME: Readonly<Record<string, ByName>> = {
  AccessDeniedException: denial,
  AccessDenied: denial,
  ResourceNotFoundException: ({ resource, region, version }) =>
    notThere(
      version === undefined ? `has no secret at ${resource}` : `has no such version of a secret at ${resource}`,
      `Check the name or the ARN${version === undefined ? '' : ', the version'} and the region: ${region} was asked.`
    ),
  InvalidRequestException: ({ resource }, { message }) =>
    /delet/i.test(message)
      ? notThere(
          `has marked the secret at ${resource} for deletion`,
          'Restore it in Secrets Manager, or use another one.'
        )
      : notThere(
          `cannot do this with the secret at ${resource} as it stands`,
          'Look at the secret in Secrets Manager.'
        ),
  ResourceExistsException: () =>
    badInput('value', 'is another one than an earlier attempt of this step wrote under the same version id'),
  DecryptionFailure: (request) => noKey(request),
  EncryptionFailure: (request) => noKey(request),
  InvalidParameterException: unaccepted,
  ValidationException: unaccepted,
  InvalidNextTokenException: () => badInput('next_token', 'is none that AWS gave, or is too old'),
  LimitExceededException: () =>
    denied('has as many secrets or versions as its quota allows', 'Look at the quotas of Secrets Manager.')
}

function noKey({ action }: AwsRequest): Fault {
  const needed = /:Get/.test(action) ? '`kms:Decrypt`' : '`kms:GenerateDataKey` and `kms:Decrypt`'
  return denied(
    'may not use the KMS key of this secret',
    `Allow ${needed} on the key that encrypts it, in IAM or in the key’s policy, and see that the key is enabled.`
  )
}

function unaccepted(): Fault {
  return new Fault('store_bad_input', 'does not take the name, the version or the value that it was given', {
    hint: 'Correct it in the definition.'
  })
}

/** `arn:…:secret:name-??????`: AWS adds six characters of its own to a name. */
function allow({ action, resource, region }: AwsRequest): string {
  const arn =
    resource === '*' || resource.startsWith('arn:')
      ? resource
      : `arn:aws:secretsmanager:${region}:*:secret:${resource}-??????`
  return `Allow \`${action}\` on \`${arn}\` in IAM, and see that no resource policy of the secret denies it.`
}

const THROTTLED = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded'])
const CLOCK = new Set(['RequestTimeTooSkewed', 'RequestExpired'])
const EXPIRED = new Set(['ExpiredTokenException', 'ExpiredToken'])
const UNAUTHENTICATED = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidAccessKeyId',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException'
])
const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'ProviderError', 'TokenProviderError'])

/** What both services say alike. */
function common(error: unknown, { name, message, status }: Read, timeoutMs: number): Fault {
  if (CLOCK.has(name) || /signature (not yet current|expired)/i.test(message)) {
    return unauthenticated('says that this machine’s clock is wrong', 'Set the clock: AWS takes five minutes at most.')
  }
  if (EXPIRED.has(name)) {
    return unauthenticated('says that the session has expired', 'Give the store new keys with a new `session_token`.')
  }
  if (UNAUTHENTICATED.has(name)) {
    return unauthenticated(
      'does not accept the access key',
      'Check `access_key_id` and `secret_access_key`, or what the default chain finds.'
    )
  }
  if (NO_CREDENTIALS.has(name)) {
    return unauthenticated(
      'was given no credentials: the default chain of the AWS SDK found none',
      'Give the store `access_key_id` and `secret_access_key`, or the server an environment, a profile or a role that has some.'
    )
  }
  if (THROTTLED.has(name) || status === 429) return rateLimited(undefined)
  if (status === undefined) return isLate(error, name) ? slow(timeoutMs) : networkFault(error, timeoutMs)
  if (status >= 500) return unavailable(`answers ${status}`, 'Look at https://health.aws.amazon.com.', { status })
  return badAnswer(`answers ${status} in a way that AWS does not`, 'Check its `endpoint` and its `region`.')
}

/** The SDK calls a connection that was reset late, too; only what its own timers say has no code. */
function isLate(error: unknown, name: string): boolean {
  return name === 'TimeoutError' && !(error instanceof Error && 'code' in error)
}

function readError(error: unknown): Read {
  if (!(error instanceof Error)) return { name: '', message: '', status: undefined }
  const metadata = (error as { $metadata?: { httpStatusCode?: unknown } }).$metadata
  const status = typeof metadata?.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
  return { name: error.name, message: error.message, status }
}
