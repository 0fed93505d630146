/** What the stand-in keeps: secrets with their versions, and what is asked of them. */
import { randomUUID } from 'node:crypto'

export class StandInError extends Error {
  readonly status: number

  constructor(status: number, name: string, message = name) {
    super(message)
    this.name = name
    this.status = status
  }
}

interface Version {
  VersionId: string
  SecretString?: string
  SecretBinary?: string
  stages: string[]
}

interface Kept {
  name: string
  arn: string
  deleted: boolean
  /** The current one first. */
  versions: Version[]
}

type Input = Record<string, unknown>

export class AwsSecrets {
  readonly #secrets = new Map<string, Kept>()

  /** Adds a version, or the secret; its version id comes back. */
  put(name: string, value: string | Uint8Array, versionId: string = randomUUID()): string {
    const arn = `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`
    const kept = this.#secrets.get(name) ?? { name, arn, deleted: false, versions: [] }
    this.#secrets.set(name, kept)
    const same = kept.versions.find(({ VersionId }) => VersionId === versionId)
    if (same !== undefined && same.SecretString === value) return versionId
    if (same !== undefined) throw new StandInError(400, 'ResourceExistsException')
    for (const version of kept.versions) version.stages = version.stages.includes('AWSCURRENT') ? ['AWSPREVIOUS'] : []
    kept.versions.unshift({ VersionId: versionId, stages: ['AWSCURRENT'], ...contentOf(value) })
    return versionId
  }

  label(name: string, versionId: string, stage: string): void {
    this.#find(name)
      .versions.find(({ VersionId }) => VersionId === versionId)
      ?.stages.push(stage)
  }

  markDeleted(name: string): void {
    this.#find(name).deleted = true
  }

  names(): string[] {
    return [...this.#secrets.keys()]
  }

  answer(action: string, input: Input): object {
    switch (action) {
      case 'GetSecretValue':
        return this.#get(input)
      case 'ListSecrets':
        return this.#list(input)
      case 'PutSecretValue':
        return this.#write(this.#find(String(input['SecretId'])).name, input)
      case 'CreateSecret':
        if (this.#secrets.has(String(input['Name']))) throw new StandInError(400, 'ResourceExistsException')
        return this.#write(String(input['Name']), input)
      default:
        throw new StandInError(400, 'UnknownOperationException')
    }
  }

  #get({ SecretId, VersionId, VersionStage }: Input): object {
    const { name, arn, deleted, versions } = this.#find(String(SecretId))
    if (deleted) throw new StandInError(400, 'InvalidRequestException', 'it was marked for deletion')
    const stage = VersionId === undefined ? (VersionStage ?? 'AWSCURRENT') : undefined
    const found = versions.find(
      (version) =>
        (stage === undefined || version.stages.some((label) => label === stage)) &&
        (VersionId ?? version.VersionId) === version.VersionId
    )
    if (found === undefined) throw new StandInError(400, 'ResourceNotFoundException')
    const { stages, ...version } = found
    return { Name: name, ARN: arn, ...version, VersionStages: stages, CreatedDate: 1_767_225_600.5 }
  }

  #list({ Filters, MaxResults, NextToken }: Input): object {
    const [filter] = (Filters ?? []) as { Values: string[] }[]
    const names = this.names().filter((name) => name.startsWith(filter?.Values[0] ?? ''))
    const start = Number(NextToken ?? 0)
    if (!Number.isInteger(start)) throw new StandInError(400, 'InvalidNextTokenException')
    const end = start + Number(MaxResults)
    const page = names.slice(start, end).map((name) => ({
      Name: name,
      ARN: this.#find(name).arn,
      Tags: [{ Key: 'team', Value: 'crm' }],
      LastChangedDate: 1_767_225_600
    }))
    return { SecretList: page, ...(end < names.length ? { NextToken: String(end) } : {}) }
  }

  #write(name: string, { SecretString, ClientRequestToken }: Input): object {
    const id = this.put(name, String(SecretString), String(ClientRequestToken))
    return { Name: name, ARN: this.#find(name).arn, VersionId: id, VersionStages: ['AWSCURRENT'] }
  }

  #find(id: string): Kept {
    const found = [...this.#secrets.values()].find(({ name, arn }) => name === id || arn === id)
    if (found === undefined) throw new StandInError(400, 'ResourceNotFoundException')
    return found
  }
}

function contentOf(value: string | Uint8Array): Pick<Version, 'SecretString' | 'SecretBinary'> {
  if (typeof value === 'string') return { SecretString: value }
  return { SecretBinary: Buffer.from(value).toString('base64') }
}
