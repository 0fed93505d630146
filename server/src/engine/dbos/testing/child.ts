/** A process that has nothing to do but to live one life: it ends by itself, unless something was left running. */
import { Transact } from '../transact.ts'

const [, , url = ''] = process.argv
const transact = await Transact.launch({
  url,
  executorId: 'child',
  format: 1,
  live: async (line) => void (await line.step('one', async () => 'done')),
  say: (message) => console.error(message)
})
await transact.begin('run')
await transact.stop(60_000)
