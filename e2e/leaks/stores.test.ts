/** Stores as administrators see them: every one, well or in trouble, is looked at, and none says its own credential. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outputOf } from './commands.ts'
import { House } from './house.ts'
import { Judge } from './judge/judge.ts'

let house: House
beforeAll(async () => {
  house = await House.open()
})
afterAll(() => house.close())

/** Something to look at, by the kind of store. */
const LOOKED_AT: Readonly<Record<string, object>> = {
  vault: { path: 'secret/customers/nobody' },
  aws_secrets_manager: { path: 'customers/nobody' },
  nango: { path: 'nobody', integration: 'crm' },
  sqlite: { path: 'nobody' }
}

test('what works and what does not is told without a credential', { timeout: 60_000 }, async () => {
  const judge = new Judge()
  for (const secret of house.secrets) judge.knows(secret)
  expect(judge.known).toBeGreaterThan(10)
  const told: string[] = []
  for (const { name, kind } of house.stores.settings) {
    for (const body of [{}, LOOKED_AT[kind]]) {
      const answer = await house.admin.call('POST', `/stores/${name}/test`, body)
      told.push(`${answer.status} ${answer.body.toString()}`)
      judge.examine(`the test of ${name}`, answer.bytes)
    }
  }
  expect(told.filter((text) => !text.startsWith('200 {"ok":'))).toEqual([])
  // Of all that is looked at, the stores themselves are well, and nothing is there.
  expect(told.filter((text) => text.startsWith('200 {"ok":true')).length).toBeGreaterThanOrEqual(4)
  expect(told.filter((text) => text.startsWith('200 {"ok":false')).length).toBeGreaterThan(told.length / 2)
  judge.examine('the list', (await house.admin.call('GET', '/stores')).bytes)
  const env = { BELLHOP_SERVER: house.url, BELLHOP_DATA: house.data }
  for (const command of [['stores'], ['stores', 'test', 'vault-403'], ['doctor']]) {
    judge.examine(command.join(' '), Buffer.from(await outputOf(command, env)))
  }
  judge.examine('output of the server', Buffer.from(house.server.output))
  for (const { file, bytes } of house.files.whole()) judge.examine(file, bytes)
  expect(judge.leaks).toEqual([])
})

test('a configuration that is refused is not quoted', async () => {
  const judge = new Judge()
  for (const secret of house.secrets) judge.knows(secret)
  for (const { name, kind, config } of house.stores.settings) {
    const wrong = { ...config, timeout: JSON.stringify(config), [JSON.stringify(config)]: config }
    const answer = await house.admin.call('PUT', `/stores/${name}`, { kind, config: wrong })
    expect(answer.status).toBe(422)
    judge.examine(`the refusal of ${name}`, answer.bytes)
  }
  judge.examine('output of the server', Buffer.from(house.server.output))
  expect(judge.leaks).toEqual([])
})
