/** What steps and bindings ask of Secrets Manager. */
import { createHash } from 'node:crypto'
import type { GetSecretValueResponse, PutSecretValueResponse, SecretListEntry } from '@aws-sdk/client-secrets-manager'
import { Fault, type Json, type JsonObject } from '@bellhop/sdk'
import { badInput } from '../faults.ts'
import { optionalText, segmentsInput, valueOf } from '../inputs.ts'
import type { Asking, Operated, Operation } from '../store.ts'
import type { AwsClient } from './client.ts'
import { isArn, secretIdOf, versionOf } from './name.ts'
import { readingOf } from './value.ts'

/** AWS gives at most so many at once. */
const PAGE = 100

export function operationsOf(client: AwsClient): Readonly<Record<string, Operation>> {
  return {
    get_secret: { run: (input, asking) => getSecret(client, input, asking) },
    list_secrets: { run: (input, asking) => listSecrets(client, input, asking) },
    put_secret: { reveals: ['value'], run: (input, asking) => putSecret(client, input, asking) }
  }
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export function getSecretValue(
  client: AwsClient,
  id: string,
  version: string | undefined,
  signal: AbortSignal
): Promise<GetSecretValueResponse> {
  const about = version === undefined ? {} : { version }
  return client.call({ action: 'secretsmanager:GetSecretValue', resource: id, ...about }, signal, (aws, options) =>
    aws.getSecretValue({ SecretId: id, ...versionOf(version) }, options)
  )
}

/** `data`, the secret's fields, all of them secret; `metadata`, what AWS says about it. */
async function getSecret(client: AwsClient, input: JsonObject, { signal }: Asking): Promise<Operated> {
  const id = secretIdOf(segmentsInput(input, 'path'))
  const got = await getSecretValue(client, id, optionalText(input, 'version'), signal)
  const { fields: data } = readingOf(got)
  const { ARN: arn, Name: name, VersionId: version_id, VersionStages: version_stages, CreatedDate: created } = got
  const metadata = given({ arn, name, version_id, version_stages, created_at: created?.toISOString() })
  return { value: { data, metadata }, secrets: Object.entries(data).map(([name, value]) => ({ name, value })) }
}

/**
 * One page of names, with what is known of each; no values.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
 */
async function listSecrets(client: AwsClient, input: JsonObject, { signal }: Asking): Promise<Operated> {
  const [prefix, token] = [optionalText(input, 'prefix'), optionalText(input, 'next_token')]
  const page = await client.call({ action: 'secretsmanager:ListSecrets', resource: '*' }, signal, (aws, options) =>
    aws.listSecrets(
      {
        MaxResults: limitOf(input),
        ...(prefix === undefined ? {} : { Filters: [{ Key: 'name', Values: [prefix] }] }),
        ...(token === undefined ? {} : { NextToken: token })
      },
      options
    )
  )
  const secrets = (page.SecretList ?? []).map((entry) => listed(entry))
  return { value: { secrets, ...given({ next_token: page.NextToken }) }, secrets: [] }
}

function limitOf(input: JsonObject): number {
  const limit = valueOf(input, 'limit') ?? PAGE
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 1 && limit <= PAGE) return limit
  throw badInput('limit', `is not a whole number from 1 to ${PAGE}`)
}

function listed(entry: SecretListEntry): JsonObject {
  return given({
    name: entry.Name,
    arn: entry.ARN,
    description: entry.Description,
    created_at: entry.CreatedDate?.toISOString(),
    changed_at: entry.LastChangedDate?.toISOString(),
    rotation: entry.RotationEnabled,
    tags: Object.fromEntries((entry.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
  })
}

/**
 * Writes a new version, and the secret itself where there is none and `create` says so.
 *
 * An attempt that is repeated carries the same version id, and AWS does nothing the second time.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
async function putSecret(client: AwsClient, input: JsonObject, { signal }: Asking): Promise<Operated> {
  const id = secretIdOf(segmentsInput(input, 'path'))
  const value = valueOf(input, 'value')
  if (value === undefined || value === null || value === '') throw badInput('value', 'is missing or empty')
  const written = { SecretString: typeof value === 'string' ? value : JSON.stringify(value), ...tokenOf(input, id) }
  const put = (): Promise<PutSecretValueResponse> =>
    client.call({ action: 'secretsmanager:PutSecretValue', resource: id }, signal, (aws, options) =>
      aws.putSecretValue({ SecretId: id, ...written }, options)
    )
  const create = valueOf(input, 'create') === true
  if (create && isArn(id)) throw badInput('path', 'is an ARN: what is created needs a name')
  const done = create ? await putOrCreate(client, id, written, put, signal) : { ...(await put()), created: false }
  const { ARN: arn, Name: name, VersionId: version_id, VersionStages: version_stages, created } = done
  // What was written is a secret from now on, however it came here.
  return {
    value: { created, ...given({ arn, name, version_id, version_stages }) },
    secrets: [{ name: 'value', value }]
  }
}

async function putOrCreate(
  client: AwsClient,
  name: string,
  written: { SecretString: string; ClientRequestToken?: string },
  put: () => Promise<PutSecretValueResponse>,
  signal: AbortSignal
): Promise<PutSecretValueResponse & { created: boolean }> {
  try {
    return { ...(await put()), created: false }
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'store_path_missing') throw error
  }
  const created = await client.call({ action: 'secretsmanager:CreateSecret', resource: name }, signal, (aws, options) =>
    aws.createSecret({ Name: name, ...written }, options)
  )
  return { ...created, VersionStages: ['AWSCURRENT'], created: true }
}

/** 32 to 64 characters that are the same for every attempt of a step, and for this secret only. */
function tokenOf(input: JsonObject, id: string): { ClientRequestToken?: string } {
  const key = optionalText(input, 'idempotency_key')
  if (key === undefined) return {}
  return { ClientRequestToken: createHash('sha256').update(`${key}\n${id}`).digest('hex') }
}

/** Without what AWS left out. */
function given(values: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, Json] => entry[1] !== undefined))
}
