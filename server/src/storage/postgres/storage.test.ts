import { startChild } from '../testing/child-process.ts'
import { describeStorage } from '../contract/storage-contract.ts'
import { emptyDatabase, openStorage } from './testing/fixture.ts'

describeStorage('PostgreSQL', async () => {
  const url = await emptyDatabase()
  return {
    open: () => openStorage(url),
    startCounting: () => startChild(new URL('testing/child.ts', import.meta.url), url)
  }
})
