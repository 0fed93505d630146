/**
 * Builds in the database. A build is there as long as a version has it; a content as long as a build has it. Nothing of a
 * build is ever changed: what was installed for one version stays what it was, whatever others install.
 */
import type { Tx } from '../storage/tx.ts'
import { query } from '../storage/query.ts'
import type { NewBuild } from './building.ts'

const insertBuild = query<{ hash: string; steps: string; lock: string; at: number }>()((db, p) =>
  db
    .insertInto('builds')
    .values({ hash: p.hash, steps: p.steps, lock: p.lock, created_at: p.at })
    .onConflict((conflict) => conflict.doNothing())
)

const insertFile = query<{ build: string; name: string; hash: string }>()((db, p) =>
  db.insertInto('build_files').values({ build: p.build, name: p.name, hash: p.hash })
)

const insertContent = query<{ hash: string; content: Uint8Array }>()((db, p) =>
  db
    .insertInto('file_contents')
    .values({ hash: p.hash, content: p.content })
    .onConflict((conflict) => conflict.doNothing())
)

const unusedBuilds = query()((db) =>
  db
    .deleteFrom('builds')
    .where((row) =>
      row.not(row.exists(row.selectFrom('versions').select('id').whereRef('versions.build', '=', 'builds.hash')))
    )
)

const unusedFiles = query()((db) =>
  db
    .deleteFrom('build_files')
    .where((row) =>
      row.not(row.exists(row.selectFrom('builds').select('hash').whereRef('builds.hash', '=', 'build_files.build')))
    )
)

const unusedContents = query()((db) =>
  db
    .deleteFrom('file_contents')
    .where((row) =>
      row.not(
        row.exists(row.selectFrom('build_files').select('name').whereRef('build_files.hash', '=', 'file_contents.hash'))
      )
    )
)

export const buildByHash = query<{ hash: string }>()((db, p) =>
  db.selectFrom('builds').select(['hash', 'steps', 'lock']).where('hash', '=', p.hash)
)

export const buildHashes = query()((db) => db.selectFrom('builds').select('hash'))

/** Files of a build with their contents, but for source maps. */
export const filesOfBuild = query<{ build: string }>()((db, p) =>
  db
    .selectFrom('build_files')
    .innerJoin('file_contents', 'file_contents.hash', 'build_files.hash')
    .select(['name', 'build_files.hash', 'content'])
    .where('build', '=', p.build)
    .where('name', 'not like', '%.map')
)

export const fileOfBuild = query<{ build: string; name: string }>()((db, p) =>
  db
    .selectFrom('build_files')
    .innerJoin('file_contents', 'file_contents.hash', 'build_files.hash')
    .select(['name', 'build_files.hash', 'content'])
    .where('build', '=', p.build)
    .where('name', '=', p.name)
)

/** Adds a build that is not there yet, within the commit of the version that has it. */
export async function putBuild(tx: Tx, { hash, steps, lock, files }: NewBuild, at: number): Promise<void> {
  const { changes } = await tx.run(insertBuild, { hash, steps: JSON.stringify(steps), lock: JSON.stringify(lock), at })
  if (changes === 0) return
  for (const file of files) {
    await tx.run(insertContent, { hash: file.hash, content: file.content })
    await tx.run(insertFile, { build: hash, name: file.name, hash: file.hash })
  }
}

/** Deletes what no version has any more. */
export async function removeUnusedBuilds(tx: Tx): Promise<void> {
  if ((await tx.run(unusedBuilds)).changes === 0) return
  await tx.run(unusedFiles)
  await tx.run(unusedContents)
}
