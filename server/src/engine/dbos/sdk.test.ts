import { expect, it } from 'vitest'
import { loadSdk } from './sdk.ts'
import { launch, openDatabase } from './testing/node.ts'

/** Before DBOS is loaded: it looks at once. */
const CLOUD = { DBOS__CLOUD: 'true', DBOS__VMID: 'theirs', DBOS__APPVERSION: '99', DBOS__APPID: 'theirs' }
Object.assign(process.env, CLOUD)

it('does not listen to the environment', async () => {
  const { url } = await openDatabase()
  const { executorId } = await launch(url, async () => {})
  const { dbos } = await loadSdk()
  expect([dbos.executorID, dbos.applicationVersion, dbos.tracer === undefined]).toEqual([executorId, '1', false])
  expect(Object.keys(process.env).filter((name) => name.startsWith('DBOS'))).toEqual([])
  const { globalParams } = await import('@dbos-inc/dbos-sdk/internal/utils')
  expect(globalParams).toMatchObject({ dbosCloud: false, enableOTLP: false, tracingEnabled: false, appID: '' })
})
