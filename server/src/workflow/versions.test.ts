import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '@bellhop/sdk'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { MasterKey } from '../secrets/seal.ts'
import { SqliteStorage } from '../storage/sqlite/storage.ts'
import type { Reader } from '../storage/tx.ts'
import { createCatalogue, type Catalogue } from './catalogue.ts'
import { catalogue } from './testing/catalogue.ts'
import type { TestCommands } from './testing/writer-entry.ts'
import { Versions, type Deployed, type WorkflowStorage } from './versions.ts'

const master = new MasterKey(new Uint8Array(32).fill(7))
const dir = mkdtempSync(join(tmpdir(), 'bellhop-workflow-'))
const writer = new URL('testing/writer-entry.ts', import.meta.url)
let storage: SqliteStorage<TestCommands>

beforeAll(async () => {
  storage = await SqliteStorage.open<TestCommands>({ dir, writer, ballastBytes: 0 })
})

/** What a process that starts finds: everything is read from storage anew. */
function start(known: Catalogue = catalogue): Promise<Versions> {
  return Versions.open({ storage, catalogue: known, master, now: () => 1_000 })
}

/** Every test has its own workflows, in the one directory. */
afterEach(async () => {
  const versions = await start()
  await Promise.all(versions.list().map(({ name }) => versions.remove(name)))
  await storage.write('deleteRuns', null)
  await storage.write('removeOrphanVersions', { limit: 1_000 })
})

afterAll(async () => {
  await storage.close()
  rmSync(dir, { recursive: true, force: true })
})

function definition(more: object = {}, trigger: object = {}): object {
  return {
    name: 'notify',
    trigger: { type: 'http', ...trigger },
    steps: [{ name: 'read', use: 'clock-read' }],
    ...more
  }
}

/** The storage, whose single rows are read after `going` only, and counted. */
function slowed(going: Promise<void>): { storage: WorkflowStorage; reads: () => number } {
  let reads = 0
  const reader: Reader = {
    dialect: storage.reader.dialect,
    all: (...asked) => storage.reader.all(...asked),
    get: async (...asked) => {
      reads++
      await going
      return storage.reader.get(...asked)
    }
  }
  const write: WorkflowStorage['write'] = (name, args) => storage.write(name, args)
  return { storage: { reader, write, onNotice: () => () => {} }, reads: () => reads }
}

async function deployed(
  versions: Versions,
  input: unknown
): Promise<{ deployed: Deployed; created: boolean; token?: string }> {
  const deployment = await versions.deploy(input)
  if ('mistakes' in deployment) throw new Error(JSON.stringify(deployment.mistakes))
  return deployment
}

test('the same definition, however it is written, makes no new version; another one does, behind the same endpoint', async () => {
  const versions = await start()
  const first = await deployed(versions, definition())
  expect(first).toMatchObject({ created: true, deployed: { version: 1, name: 'notify', enabled: true } })
  expect(first.deployed.endpoint).toMatch(/^[\w-]{24}$/)
  expect(first.deployed.deploymentId).toMatch(/^[0-9a-f-]{36}$/)

  const again = await deployed(
    versions,
    'steps: [{use: clock-read, "name": read}]\ntrigger:\n  type: http\nname: notify # the same\n'
  )
  expect(again.created).toBe(false)
  expect(again.deployed).toBe(first.deployed)

  const second = await deployed(versions, definition({ description: 'other' }))
  expect(second).toMatchObject({ created: true, deployed: { version: 2, endpoint: first.deployed.endpoint } })
  expect(second.deployed.deploymentId).not.toBe(first.deployed.deploymentId)
  expect(versions.byEndpoint(first.deployed.endpoint)).toBe(second.deployed)
  expect(versions.byName('notify')).toBe(second.deployed)
  expect(await versions.definition('notify')).toEqual(definition({ description: 'other' }))
})

test('an older definition deployed again is a new version', async () => {
  const versions = await start()
  await deployed(versions, definition())
  await deployed(versions, definition({ description: 'other' }))
  expect(await deployed(versions, definition())).toMatchObject({ created: true, deployed: { version: 3 } })
})

test('a run finds the version that it started with, also after a restart', async () => {
  const before = await start()
  const first = (await deployed(before, definition())).deployed
  const second = (await deployed(before, definition({ description: 'other' }))).deployed
  expect(before.byVersion(first.versionId)).toBe(first)
  expect(before.byVersion(second.versionId)).toBe(second)

  const versions = await start()
  expect(await versions.byEndpoint(first.endpoint)).toEqual(second)
  expect(versions.byVersion(second.versionId)).toBe(versions.byEndpoint(first.endpoint))
  expect(await versions.byVersion(first.versionId)).toEqual(first)
  expect(versions.byVersion(first.versionId)).toBe(versions.byVersion(first.versionId))
})

test('a version that is not at hand is read once, however many ask at the same time', async () => {
  const before = await start()
  const first = (await deployed(before, definition())).deployed
  await deployed(before, definition({ description: 'other' }))

  const { storage: watched, reads } = slowed(Promise.resolve())
  const versions = await Versions.open({ storage: watched, catalogue, master })
  const [one, ...others] = await Promise.all([
    versions.byName('notify'),
    versions.byEndpoint(first.endpoint),
    versions.byName('notify')
  ])
  for (const other of others) expect(other).toBe(one)
  const [older, again] = await Promise.all([versions.byVersion(first.versionId), versions.byVersion(first.versionId)])
  expect(older).toBe(again)
  expect(reads()).toBe(2)
})

test('a workflow that is switched off while its version is being read is off', async () => {
  const before = await start()
  const { endpoint } = (await deployed(before, definition())).deployed
  const going = Promise.withResolvers<void>()
  const versions = await Versions.open({ storage: slowed(going.promise).storage, catalogue, master })
  const asked = versions.byEndpoint(endpoint)
  await versions.setEnabled('notify', false)
  going.resolve()
  expect(await asked).toMatchObject({ enabled: false, version: 1 })
  expect(versions.byEndpoint(endpoint)).toBe(await asked)
})

test('a change whose commit was not answered is found, and told as a change', async () => {
  const lost = new Fault('storage_unavailable', 'the connection was lost', { retryable: true })
  const write: WorkflowStorage['write'] = async (name, args) => {
    await storage.write(name, args)
    throw lost
  }
  const { reader } = storage
  const versions = await Versions.open({ storage: { reader, write, onNotice: () => () => {} }, catalogue, master })
  const changed = Promise.withResolvers<void>()
  versions.onChange(changed.resolve)
  await expect(versions.deploy(definition())).rejects.toBe(lost)
  await changed.promise
  expect(await versions.byName('notify')).toMatchObject({ version: 1 })
})

test('mistakes deploy nothing, and so does another name than the one addressed', async () => {
  const versions = await start()
  expect(await versions.deploy(definition({ steps: [] }))).toMatchObject({ mistakes: [{ path: 'steps' }] })
  expect(await versions.deploy(definition(), 'other')).toEqual({
    mistakes: [
      { path: 'name', message: 'the definition is named `notify`, and was deployed as another', suggestion: 'other' }
    ]
  })
  expect(versions.list()).toEqual([])
})

test('a workflow is switched off and on, by hand or by its definition, and stays so over deploys that do not say', async () => {
  const before = await start()
  const { endpoint } = (await deployed(before, definition())).deployed
  await before.setEnabled('notify', false)
  expect(before.byEndpoint(endpoint)).toMatchObject({ enabled: false })
  await deployed(before, definition({ description: 'other' }))
  expect(before.byEndpoint(endpoint)).toMatchObject({ enabled: false, version: 2 })

  const versions = await start()
  expect(await versions.byEndpoint(endpoint)).toMatchObject({ enabled: false })
  const on = definition({ enabled: true })
  expect((await deployed(versions, on)).deployed.enabled).toBe(true)
  await versions.setEnabled('notify', false)
  expect(await deployed(versions, on)).toMatchObject({ created: false, deployed: { enabled: true } })
})

test('what was given out does not change', async () => {
  const versions = await start()
  const { deployed: first } = await deployed(versions, definition())
  await versions.setEnabled('notify', false)
  await deployed(versions, definition({ description: 'other' }))
  expect(first).toMatchObject({ enabled: true, version: 1 })
})

test('a deleted workflow is gone, its runs keep their version until they are gone, and its id is not given again before', async () => {
  const versions = await start()
  const { deployed: kept } = await deployed(versions, definition({ name: 'kept' }))
  const { deployed: old, token } = await deployed(versions, definition({}, { auth: { type: 'token' } }))
  await storage.write('addRun', { id: 5, workflow: old.workflowId, version: old.versionId })
  await versions.remove('notify')
  expect(await versions.byEndpoint(old.endpoint)).toBeUndefined()
  expect(versions.byName('notify')).toBeUndefined()
  expect(versions.list().map(({ name }) => name)).toEqual(['kept'])
  expect(versions.acceptsToken(old, token ?? '')).toBe(false)
  expect(versions.byVersion(old.versionId)).toMatchObject({
    name: 'notify',
    enabled: false,
    endpoint: '',
    plan: old.plan
  })

  const { deployed: fresh, token: freshToken } = await deployed(versions, definition({}, { auth: { type: 'token' } }))
  expect(fresh.workflowId).toBe(old.workflowId + 1)
  expect(fresh.endpoint).not.toBe(old.endpoint)
  expect(freshToken).toBeDefined()

  expect(await storage.write('removeOrphanVersions', { limit: 10 })).toBe(0)
  await storage.write('deleteRuns', null)
  expect(await storage.write('removeOrphanVersions', { limit: 10 })).toBe(1)
  expect(await (await start()).byVersion(kept.versionId)).toEqual(kept)
  const missing = (await start()).byVersion(old.versionId)
  await expect(missing).rejects.toMatchObject({ code: 'version_missing' })
})

test('what there is not', async () => {
  const versions = await start()
  expect(await versions.byEndpoint('x')).toBeUndefined()
  expect(versions.byName('constructor')).toBeUndefined()
  const missing = { code: 'workflow_missing', status: 404 }
  await expect(versions.remove('x')).rejects.toMatchObject(missing)
  await expect(versions.setEnabled('x', true)).rejects.toMatchObject(missing)
  await expect(versions.rotateToken('x')).rejects.toMatchObject(missing)
  await expect(versions.definition('x')).rejects.toMatchObject(missing)
})

test('a token is made once, shown once, replaced on demand, and kept as a hash only (I1)', async () => {
  const before = await start()
  const withToken = definition({}, { auth: { type: 'token' } })
  const first = await deployed(before, withToken)
  const token = first.token ?? ''
  expect(token).toMatch(/^bht_[\w-]{43}$/)
  expect(await deployed(before, withToken)).not.toHaveProperty('token')
  expect(await deployed(before, definition({ description: 'x' }, { auth: { type: 'token' } }))).not.toHaveProperty(
    'token'
  )
  expect(before.acceptsToken(first.deployed, token)).toBe(true)
  for (const wrong of ['', 'bht_', `${token}x`, token.slice(0, -1)]) {
    expect(before.acceptsToken(first.deployed, wrong)).toBe(false)
  }

  const after = await start()
  expect(after.acceptsToken(first.deployed, token)).toBe(true)
  const next = await after.rotateToken('notify')
  expect(after.acceptsToken(first.deployed, token)).toBe(false)
  expect(after.acceptsToken(first.deployed, next)).toBe(true)

  const files = readdirSync(dir).map((file) => readFileSync(join(dir, file), 'latin1'))
  expect(files.some((bytes) => bytes.includes('trigger_token:'))).toBe(true)
  expect(files.some((bytes) => bytes.includes(token.slice(4)) || bytes.includes(next.slice(4)))).toBe(false)
})

test('a workflow that gets `auth: token` later gets its token then', async () => {
  const versions = await start()
  const open = await deployed(versions, definition())
  expect(open).not.toHaveProperty('token')
  expect(versions.acceptsToken(open.deployed, '')).toBe(false)
  const closed = await deployed(versions, definition({}, { auth: { type: 'token' } }))
  expect(versions.acceptsToken(closed.deployed, closed.token ?? '')).toBe(true)
})

test('deploys at the same time are one after the other, and only one of them gets the token', async () => {
  const versions = await start()
  const inputs = Array.from({ length: 8 }, (_, i) =>
    definition({ description: `${i % 4}` }, { auth: { type: 'token' } })
  )
  const deployments = await Promise.all(inputs.map((input) => deployed(versions, input)))
  expect(deployments.map(({ deployed: { version } }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(new Set(deployments.map(({ deployed: { endpoint } }) => endpoint)).size).toBe(1)
  expect(deployments.filter(({ token }) => token !== undefined)).toHaveLength(1)
  expect(versions.byName('notify')).toMatchObject({ version: 8 })
  const [first] = deployments
  expect(versions.acceptsToken(first?.deployed as Deployed, first?.token ?? '')).toBe(true)
})

test('a version that the catalogue no longer fits says what to do, and a deploy repairs it', async () => {
  const before = await start()
  const { deployed: old } = await deployed(before, definition())
  const actions = catalogue.actions().filter(({ key }) => key !== 'clock-read')
  const versions = await start(createCatalogue(catalogue.apps(), actions))
  const unreadable: unknown = expect.objectContaining({
    code: 'version_unreadable',
    message:
      'version 1 of this workflow no longer fits what this Bellhop has: steps[0].use: unknown action `clock-read`',
    hint: 'Correct the definition and deploy it again.'
  })
  expect(versions.list()).toHaveLength(1)
  await expect(versions.byEndpoint(old.endpoint)).rejects.toEqual(unreadable)
  await expect(versions.byVersion(old.versionId)).rejects.toEqual(unreadable)
  const repaired = { steps: [{ name: 'pause', delay: '1s' }] }
  await deployed(versions, definition(repaired))
  expect(versions.byEndpoint(old.endpoint)).toMatchObject({ version: 2 })
})

test('plans of older versions are forgotten when many are asked for, and read again', async () => {
  const versions = await start()
  const inputs = Array.from({ length: 111 }, (_, i) => definition({ description: `${i}` }))
  const deployments = await Promise.all(inputs.map((input) => deployed(versions, input)))
  const fresh = await start()
  const ids = deployments.map(({ deployed: { versionId } }) => versionId).toReversed()
  const [, oldest] = ids.toReversed()
  const once = await fresh.byVersion(oldest ?? 0)
  for (const id of ids.slice(0, 60)) await fresh.byVersion(id)
  expect(fresh.byVersion(oldest ?? 0)).toBe(once)
  for (const id of ids.slice(0, 102)) await fresh.byVersion(id)
  const again = await fresh.byVersion(oldest ?? 0)
  expect(again).not.toBe(once)
  expect(again).toEqual(once)
})
