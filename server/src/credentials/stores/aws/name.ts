/**
 * How a lookup names a secret. A path's segments, joined by slashes, are its name or its ARN: neither has a way to write a
 * slash in any other sense, so a segment that holds one is refused.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
import { badInput } from '../faults.ts'
import type { Lookup } from '../store.ts'

const NAME = /^[\w/+=.@!-]{1,512}$/
const ARN = /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@!-]{1,519}$/

/** @throws Fault `store_bad_input` */
export function secretIdOf(path: Lookup['path']): string {
  if (path.some((segment) => segment.includes('/'))) {
    throw badInput(
      'path',
      'has a slash in what a reference brings, and names in AWS cannot hold one that means nothing'
    )
  }
  const id = path.join('/')
  if (NAME.test(id) || ARN.test(id)) return id
  throw badInput('path', 'is neither a name nor an ARN of a secret: names have letters, digits and /_+=.@!- only')
}

/** Whether it is an ARN: a name has no colon. */
export function isArn(id: string): boolean {
  return id.startsWith('arn:')
}

/**
 * Version ids have 32 to 64 characters (a UUID, unless whoever wrote the version gave another); anything else is a
 * staging label.
 */
export function versionOf(version: string | undefined): { VersionId?: string; VersionStage?: string } {
  if (version === undefined) return {}
  return version.length >= 32 && version.length <= 64 ? { VersionId: version } : { VersionStage: version }
}
