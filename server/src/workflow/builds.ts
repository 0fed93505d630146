/** Builds as the process has them: read out of the database when a version's plan is made. */
import { Fault, type Json } from '@bellhop/sdk'
import type { Reader } from '../storage/tx.ts'
import { buildByHash } from './build-commands.ts'
import type { Build, BuiltStep } from './building.ts'

/** @throws Fault `build_missing`: a version has a build as long as it is there itself */
export async function readBuild(reader: Reader, hash: string): Promise<Build> {
  const row = await reader.get(buildByHash, { hash })
  if (row === undefined) {
    throw new Fault('build_missing', 'what was built of this version’s code is gone', {
      status: 500,
      hint: 'Deploy the workflow again.'
    })
  }
  // Written by this server, of what it had checked.
  const steps = JSON.parse(row.steps) as Record<string, BuiltStep>
  return { hash, steps, lock: JSON.parse(row.lock) as Json }
}
