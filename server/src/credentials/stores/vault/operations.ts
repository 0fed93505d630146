/** What steps ask of a Vault: `read`, `list` and `write`. A path is text whose segments are percent-encoded. */
import type { JsonObject } from '@bellhop/sdk'
import { badInput } from '../faults.ts'
import { optionalText, segmentsInput, valueOf } from '../inputs.ts'
import type { Operation } from '../store.ts'
import { objectOf } from './answers.ts'
import { checkPath, type Segments } from './path.ts'
import type { VaultSecrets } from './secrets.ts'

export function operationsOf(secrets: VaultSecrets): Readonly<Record<string, Operation>> {
  return {
    /** `path`, `version` → `data`, all of it secret, and `metadata` */
    read: {
      async run(input, asking) {
        const version = versionOf(input)
        const { fields: data, metadata } = await secrets.read(pathOf(input), version, asking)
        const found = Object.entries(data).map(([name, value]) => ({ name, value }))
        return { value: { data, metadata }, secrets: found }
      }
    },
    /** `path` → `keys`; those of folders end in a slash */
    list: {
      async run(input, { signal }) {
        return { value: { keys: await secrets.list(pathOf(input), signal) }, secrets: [] }
      }
    },
    /** `path`, `data`, `cas` → the new version’s metadata */
    write: {
      reveals: ['data'],
      async run(input, { signal }) {
        const data = objectOf(valueOf(input, 'data'))
        if (data === undefined) throw badInput('data', 'is not an object')
        return { value: await secrets.write(pathOf(input), { data, cas: casOf(input) }, signal), secrets: [] }
      }
    }
  }
}

function pathOf(input: JsonObject): Segments {
  const path = segmentsInput(input, 'path')
  checkPath(path)
  return path
}

function versionOf(input: JsonObject): string | undefined {
  const version = valueOf(input, 'version')
  return typeof version === 'number' ? String(version) : optionalText(input, 'version')
}

function casOf(input: JsonObject): number | undefined {
  const cas = valueOf(input, 'cas') ?? undefined
  if (cas === undefined || (Number.isSafeInteger(cas) && Number(cas) >= 0)) return cas as number | undefined
  throw badInput('cas', 'is not a whole number from 0')
}
