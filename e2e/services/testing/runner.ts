/** Starts everything as a run of the tests does, tells on a line where it is, and stops it when its input ends. */
import { once } from 'node:events'
import setup from '../setup.ts'

const teardown = await setup({
  provide: (_, found) => {
    console.log(`found ${JSON.stringify(found)}`)
  }
})
process.stdin.resume()
await once(process.stdin, 'end')
await teardown()
