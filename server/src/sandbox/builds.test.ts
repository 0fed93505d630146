/** Builds and the versions that have them, with a builder that says what it was asked. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Json } from '@bellhop/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashOf, Programs } from './programs.ts'
import { MasterKey } from '../secrets/seal.ts'
import { query } from '../storage/query.ts'
import { SqliteStorage } from '../storage/sqlite/storage.ts'
import type { Builder, CodeProblem, CodeToBuild } from '../workflow/building.ts'
import { catalogue } from '../workflow/testing/catalogue.ts'
import type { TestCommands } from '../workflow/testing/writer-entry.ts'
import { Versions, type Deployed } from '../workflow/versions.ts'

const master = new MasterKey(new Uint8Array(32).fill(7))
const dir = mkdtempSync(join(tmpdir(), 'bellhop-builds-'))
let storage: SqliteStorage<TestCommands>
beforeAll(async () => {
  const writer = new URL('../workflow/testing/writer-entry.ts', import.meta.url)
  storage = await SqliteStorage.open<TestCommands>({ dir, writer, ballastBytes: 0 })
})
afterAll(async () => {
  await storage.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Makes of each step a file with its text. */
class FakeBuilder implements Builder {
  readonly asked: { steps: readonly CodeToBuild[]; before: Json | undefined }[] = []
  problems: CodeProblem[] = []

  build(steps: readonly CodeToBuild[], progress: (line: string) => void, before?: Json) {
    this.asked.push({ steps, before })
    progress('building')
    if (this.problems.length > 0) return Promise.resolve({ problems: this.problems })
    const files = steps.map(({ step, code = '' }) => ({
      name: `${step}.mjs`,
      hash: hashOf(code),
      content: gzipSync(code)
    }))
    const action = { key: '', name: '', description: '', version: '', props: {}, additionalProps: false }
    return Promise.resolve({
      hash: hashOf(JSON.stringify(files.map(({ hash }) => hash))),
      steps: Object.fromEntries(steps.map(({ step }) => [step, { entry: `${step}.mjs`, action, packages: [] }])),
      lock: { of: steps.length },
      files
    })
  }
}

function start(builder: Builder = new FakeBuilder()): Promise<Versions> {
  return Versions.open({ storage, catalogue, master, builder, now: () => 1_000 })
}

const definition = (name: string, ...codes: string[]): object => ({
  name,
  trigger: { type: 'http' },
  steps: codes.map((code, n) => ({ name: `s${n}`, code }))
})

async function deployed(versions: Versions, input: unknown): Promise<Deployed> {
  const deployment = await versions.deploy(input)
  if ('mistakes' in deployment) throw new Error(JSON.stringify(deployment.mistakes))
  return deployment.deployed
}

const counts = query()((db) =>
  db.selectNoFrom((row) => [
    row
      .selectFrom('builds')
      .select((b) => b.fn.countAll().as('n'))
      .as('builds'),
    row
      .selectFrom('build_files')
      .select((b) => b.fn.countAll().as('n'))
      .as('files'),
    row
      .selectFrom('file_contents')
      .select((b) => b.fn.countAll().as('n'))
      .as('contents')
  ])
)
const stored = (): Promise<unknown> => storage.reader.get(counts)

test('the same definition builds nothing; another one is told what the version before had', async () => {
  const builder = new FakeBuilder()
  const versions = await start(builder)
  const lines: string[] = []
  const first = await versions.deploy(definition('one', 'a'), 'one', (line) => lines.push(line))
  expect(first).toMatchObject({ created: true })
  expect(lines).toEqual(['building'])
  expect(await versions.deploy(definition('one', 'a'))).toMatchObject({ created: false })
  const again = await start(builder)
  expect(await again.deploy(definition('one', 'a'))).toMatchObject({ created: false })
  expect(builder.asked).toHaveLength(1)
  await again.deploy(definition('one', 'b'))
  expect(builder.asked.map(({ before }) => before)).toEqual([undefined, { of: 1 }])
  await again.remove('one')
})

test('a version has its build after a restart, also when it is not current any more', async () => {
  const versions = await start()
  const first = await deployed(versions, definition('two', 'first'))
  await deployed(versions, definition('two', 'second'))
  const fresh = await start()
  expect((await fresh.byVersion(first.versionId)).plan.build).toEqual(first.plan.build)
  expect((await fresh.byName('two'))?.plan.build?.hash).not.toBe(first.plan.build?.hash)
  const programs = await Programs.open(join(dir, 'sandbox'), () => storage.reader)
  const hashes = [first, await fresh.byName('two'), first].map((version) => version?.plan.build?.hash ?? '')
  const [folder = '', other, same] = await Promise.all(hashes.map(async (hash) => programs.directory(hash)))
  expect(same).toBe(folder)
  expect(readFileSync(join(other ?? '', 's0.mjs'), 'utf8')).toBe('second')
  expect(readFileSync(join(folder, 's0.mjs'), 'utf8')).toBe('first')
  expect(programs.directory(first.plan.build?.hash ?? '')).toBe(folder)
  await fresh.remove('two')
})

test('a build that fails leaves nothing, and its problems are told with lines of the definition', async () => {
  const builder = new FakeBuilder()
  const versions = await start(builder)
  const before = await stored()
  builder.problems = [
    { path: ['steps', 0, 'code'], at: { line: 2, column: 3 }, message: 'line 2, column 3 of the code: bad' },
    { path: ['steps', 1, 'use'], message: 'no such package' }
  ]
  const text = `name: three
trigger: { type: http }
steps:
  - name: s0
    code: |
      const a = 1
        bad
  - name: s1
    use: '@x/y#z'
`
  expect(await versions.deploy(text)).toEqual({
    mistakes: [
      { path: 'steps[0].code', line: 7, column: 9, message: 'line 2, column 3 of the code: bad' },
      { path: 'steps[1].use', line: 9, column: 10, message: 'no such package' }
    ]
  })
  expect(versions.workflow('three')).toBeUndefined()
  expect(await stored()).toEqual(before)
})

test('builds go with the last version that has them, and contents with the last build', async () => {
  const versions = await start()
  await storage.write('removeOrphanVersions', { limit: 1_000 })
  const before = await stored()
  await deployed(versions, definition('four', 'shared', 'own of four'))
  await deployed(versions, definition('five', 'shared', 'own of five'))
  await deployed(versions, definition('six', 'shared', 'own of five'))
  expect(before).toEqual({ builds: 0, files: 0, contents: 0 })
  expect(await stored()).toEqual({ builds: 2, files: 4, contents: 3 })
  await versions.remove('four')
  await versions.remove('five')
  await storage.write('removeOrphanVersions', { limit: 1_000 })
  expect(await stored()).toEqual({ builds: 1, files: 2, contents: 2 })
  await versions.remove('six')
  await storage.write('removeOrphanVersions', { limit: 1_000 })
  expect(await stored()).toEqual(before)
})

test('a folder that is not what was built is unpacked anew, and what no version has goes', async () => {
  const versions = await start()
  const folder = join(dir, 'sandbox', 'programs')
  const { plan } = await deployed(versions, definition('seven', 'genuine'))
  const hash = plan.build?.hash ?? ''
  const open = (): Promise<Programs> => Programs.open(join(dir, 'sandbox'), () => storage.reader)
  const there = await (await open()).directory(hash)
  expect(readdirSync(folder)).toEqual([hash])
  rmSync(join(there, 's0.mjs'))
  writeFileSync(join(there, 's0.mjs'), 'poisoned')
  expect(readFileSync(join(await (await open()).directory(hash), 's0.mjs'), 'utf8')).toBe('genuine')
  writeFileSync(join(there, 'more.mjs'), 'planted')
  expect(readdirSync(await (await open()).directory(hash))).toEqual(['s0.mjs'])
  await versions.remove('seven')
  await storage.write('removeOrphanVersions', { limit: 1_000 })
  await expect((await open()).directory(hash)).rejects.toThrow('is gone')
  expect(readdirSync(folder)).toEqual([])
})
