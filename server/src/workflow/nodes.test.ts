/** Two nodes on one PostgreSQL: what one changes the other knows, and what both change at once stays right. */
import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { MasterKey } from '../secrets/seal.ts'
import { PostgresStorage } from '../storage/postgres/storage.ts'
import { emptyDatabase } from '../storage/postgres/testing/fixture.ts'
import { workflowCommands } from './commands.ts'
import { draftCommands } from './draft-commands.ts'
import { Drafts } from './drafts.ts'
import { claimTick, nextDue } from './schedule-commands.ts'
import { catalogue } from './testing/catalogue.ts'
import { Versions, type Deployed } from './versions.ts'

const master = new MasterKey(new Uint8Array(32).fill(7))
const commands = { ...workflowCommands, ...draftCommands, claimTick }

interface Node {
  storage: PostgresStorage<typeof commands>
  versions: Versions
  drafts: Drafts
}

async function startNode(url: string): Promise<Node> {
  const node = { executor: randomUUID(), name: 'test', version: '0' }
  const storage = await PostgresStorage.open({ url, commands, node, onTrouble: () => {} })
  onTestFinished(() => storage.close())
  const versions = await Versions.open({ storage, catalogue, master, now: () => 1_000 })
  return { storage, versions, drafts: new Drafts(storage, master, () => 1_000) }
}

async function twoNodes(): Promise<[Node, Node]> {
  const url = await emptyDatabase()
  return [await startNode(url), await startNode(url)]
}

/** Resolves when a node has heard of a change, and it is so. */
async function until({ versions }: Node, isSo: () => unknown): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = (): void => {
    if (isSo() === true) resolve()
  }
  versions.onChange(look)
  look()
  await promise
}

function definition(name: string, more: object = {}, trigger: object = {}): object {
  return { name, trigger: { type: 'http', ...trigger }, steps: [{ name: 'read', use: 'clock-read' }], ...more }
}

async function deploy({ versions }: Node, input: object): Promise<{ deployed: Deployed; token?: string }> {
  const deployment = await versions.deploy(input)
  if ('mistakes' in deployment) throw new Error(JSON.stringify(deployment.mistakes))
  return deployment
}

test('what one node deploys, switches off and deletes the other knows', async () => {
  const [one, other] = await twoNodes()
  const { deployed: first } = await deploy(one, definition('notify'))
  await until(other, () => other.versions.workflow('notify')?.version === 1)
  expect(await other.versions.byEndpoint(first.endpoint)).toEqual(first)
  await deploy(other, definition('notify', { description: 'another' }))
  await until(one, () => one.versions.workflow('notify')?.version === 2)
  expect(await one.versions.byName('notify')).toMatchObject({ version: 2, endpoint: first.endpoint })
  expect(one.versions.byVersion(first.versionId)).toBe(first)
  await one.versions.setEnabled('notify', false)
  await until(other, () => other.versions.workflow('notify')?.enabled === false)
  expect(await other.versions.byEndpoint(first.endpoint)).toMatchObject({ enabled: false })
  await other.versions.remove('notify')
  await until(one, () => one.versions.workflow('notify') === undefined)
  expect(await one.versions.byEndpoint(first.endpoint)).toBeUndefined()
})

test('a token that one node replaces opens nothing at the other', async () => {
  const [one, other] = await twoNodes()
  const { deployed, token = '' } = await deploy(one, definition('closed', {}, { auth: { type: 'token' } }))
  await until(other, () => other.versions.acceptsToken(deployed, token))
  const next = await other.versions.rotateToken('closed')
  // Told in the order of the commits.
  await deploy(other, definition('later'))
  await until(one, () => one.versions.workflow('later') !== undefined)
  expect([token, next].map((each) => one.versions.acceptsToken(deployed, each))).toEqual([false, true])
})

test('deploys by both nodes at once are one after the other, and no id is given twice', async () => {
  const nodes = await twoNodes()
  const same = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      deploy(nodes[i % 2 === 0 ? 0 : 1], definition('same', { description: `${i}` }, { auth: { type: 'token' } }))
    )
  )
  expect(new Set(same.map(({ deployed }) => deployed.version))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]))
  expect(same.filter(({ token }) => token !== undefined)).toHaveLength(1)
  const made = await Promise.all([
    ...nodes.map((node, i) => deploy(node, definition(`workflow-${i}`)).then(({ deployed }) => deployed.workflowId)),
    ...nodes.map(({ drafts }, i) => drafts.create({ name: `draft-${i}` }).then(({ workflowId }) => workflowId))
  ])
  expect(new Set(made).size).toBe(4)
})

test('a draft that both nodes change at once is changed by one', async () => {
  const nodes = await twoNodes()
  const { revision } = await nodes[0].drafts.create({ name: 'one', text: 'name: one' })
  const saved = await Promise.allSettled(nodes.map(({ drafts }, i) => drafts.save('one', { text: `# ${i}`, revision })))
  expect(saved.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(saved.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'draft_changed' } })
})

test('a tick that many claim is one run’s, and a workflow that is switched off as one is claimed has no next one', async () => {
  const nodes = await twoNodes()
  const { deployed } = await deploy(nodes[0], definition('ticking', {}, { type: 'schedule', every: '1s' }))
  const { workflowId: workflow, versionId: version } = deployed
  const claim = { workflow, version, due: 2_000, settled: 2_000, next: 3_000, at: 2_000 }
  const claims = Array.from({ length: 6 }, (_, run) =>
    nodes[run % 2 === 0 ? 0 : 1].storage.write('claimTick', { ...claim, run })
  )
  expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1)
  // Whichever is first.
  await Promise.all([
    nodes[0].storage.write('claimTick', { ...claim, due: 3_000, settled: 3_000, next: 4_000, at: 3_000, run: 7 }),
    nodes[1].storage.write('enableWorkflow', { name: 'ticking', enabled: false, at: 3_500 })
  ])
  expect(await nodes[0].storage.reader.get(nextDue)).toBeUndefined()
})

test('a version that has the build of another keeps it', async () => {
  const [{ storage }] = await twoNodes()
  const files = [{ name: 'a.mjs', hash: 'x', content: new Uint8Array([1]) }]
  const base = { name: 'built', definition: '{}', deploymentId: '', endpoint: 'e', at: 1 }
  await storage.write('deployWorkflow', { ...base, hash: '1', build: { hash: 'b', steps: {}, lock: {}, files } })
  const { row } = await storage.write('deployWorkflow', { ...base, hash: '2', build: { hash: 'b' } })
  expect(row.number).toBe(2)
  await storage.write('removeWorkflow', { name: 'built' })
  expect(await storage.write('removeOrphanVersions', { limit: 1 })).toBe(1)
  expect(await storage.write('removeOrphanVersions', { limit: 5 })).toBe(1)
})
